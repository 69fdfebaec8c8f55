"""Keep the time limit: the separators work in a thread of their own, and whoever waits for them leaves in time.

A network's call cannot be interrupted, so nothing here tries to. The caller's thread waits until the deadline and then
hands in the stems as they are; the working thread finds them closed after its call, and is free for the next song. A
song that comes before then waits, on its own clock. Threads and clocks are all it takes: no signal, no other process.

The set-up is kept within its limit in the same way. Separators that are not ready in time go on being built, and take
part as soon as they are.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import partial

from audio.sources import SongSource
from separation.deadline.clock import Deadline
from separation.deadline.ladder import FULL_QUALITY, Rung, separators_of, timed_rung, unneeded
from separation.deadline.live_stems import LiveStems
from separation.deadline.schedule import Schedule
from separation.deadline.stem_stores import StemStore
from separation.deadline.worker import Worker
from separation.plan import Plan

TICK_SECONDS = 0.02
"""Between two looks at the clock while separators are tried."""
WHOLE = 1 - 1e-9
"""A share of the song that is all of it but for rounding."""
NOT_READY = "The planned model was not ready yet."
TOO_SLOW = "The rest of the plan was dropped; choose a quicker one."
FALLBACK_NAME = "a quarter of the mixture"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What became of a song."""

    shares: dict[str, float]
    """Name of a separator -> share of the song that it gave, from the best one down."""
    seconds: float
    """Since the clock began."""
    complete: bool
    """Whether all of the song is as planned."""
    errors: tuple[str, ...] = ()
    """What stopped separators."""
    reason: str = ""
    """Why it is not complete, where nothing failed."""

    def text(self) -> str:
        """Return the shares as a line."""
        return ", ".join(f"{share:.1%} by '{name}'" for name, share in self.shares.items())


class DeadlineGuard:
    """Separates songs as a plan says, as far as the time suffices."""

    def __init__(self, plan: Plan) -> None:
        """Take the plan; nothing is built yet."""
        self.plan = plan
        self.latency_seconds = 0.0
        """How late the waiting thread was at worst while separators were tried: they may keep Python to themselves."""
        self._ladder: list[Rung] = []
        self._builder = Worker("set-up")
        self._worker = Worker("separation")
        self._trying = threading.Event()
        self.set_up_done: Future[None] = Future()
        """Done once all separators are ready, also where that was not waited for."""

    @property
    def ladder(self) -> tuple[Rung, ...]:
        """The separators that are ready, from the quickest to the best."""
        return tuple(self._ladder)

    def set_up(self, deadline: Deadline) -> None:
        """Build the separators and try each on a few seconds of noise.

        Args:
            deadline: When to stop waiting for those that are not ready.

        Raises:
            KitError: The planned separator cannot be built.
            Exception: Whatever stops it from separating noise.
        """
        built = self.set_up_done = self._builder.submit(self._build)
        while not built.done() and deadline.remaining_seconds() > 0:
            before = deadline.clock()
            wait([built], timeout=TICK_SECONDS)
            if self._trying.is_set():
                self.latency_seconds = max(self.latency_seconds, deadline.clock() - before - TICK_SECONDS)
        if built.done():
            built.result()
            return
        logger.error(
            "GUARD: '%s' was not ready within the set-up's %.0f s. Until it is, songs are separated by %s.",
            *(self.plan.title, deadline.limit_seconds, self._names() or FALLBACK_NAME),
        )
        built.add_done_callback(_report_failure)

    def separate(self, song: SongSource, store: StemStore, deadline: Deadline) -> Outcome:
        """Replace the stems in a store by better ones until they are as planned or the deadline has come.

        Args:
            song: At any rate.
            store: Holds valid stems of the song; it is closed afterwards, whatever happens.
            deadline: When to be back.
        """
        live = LiveStems(store, song.sample_rate)
        schedule = Schedule(self.ladder, song, live, deadline)
        try:
            work = self._worker.submit(schedule.run)
            wait([work], timeout=min(max(0.0, deadline.remaining_seconds()), threading.TIMEOUT_MAX))
        finally:
            live.close()
        return self._outcome(schedule, live, song, deadline)

    def _outcome(self, schedule: Schedule, live: LiveStems, song: SongSource, deadline: Deadline) -> Outcome:
        shares = live.shares(song.samples)
        names = {place: rung.name for place, rung in enumerate(schedule.ladder)}
        named = {names.get(place, FALLBACK_NAME): shares[place] for place in sorted(shares, reverse=True)}
        best = len(schedule.ladder) - 1
        ready = best >= 0 and schedule.ladder[best].quality == FULL_QUALITY
        complete = ready and shares.get(best, 0.0) > WHOLE
        reason = (schedule.remark or TOO_SLOW) if ready else NOT_READY
        return Outcome(named, deadline.elapsed_seconds(), complete, tuple(schedule.errors), reason)

    def _build(self) -> None:
        """Build and try one separator after the other; they are used from then on."""
        for name, separator, quality in separators_of(self.plan):
            self._trying.set()
            tried = self._worker.submit(partial(timed_rung, name, separator, quality))
            error = tried.exception()
            self._trying.clear()
            if error is None:
                self._ladder = sorted([*self._ladder, tried.result()], key=lambda one: one.quality)
            elif quality == FULL_QUALITY:
                raise error
            else:
                logger.warning("GUARD: '%s' could not be tried and is left out: %s", name, error)
        left_out = unneeded(self._ladder)
        self._ladder = [rung for rung in self._ladder if rung not in left_out]

    def _names(self) -> str:
        return ", ".join(rung.name for rung in self._ladder)


def _report_failure(built: Future[None]) -> None:
    error = built.exception()
    if error is not None:
        logger.error("GUARD: the set-up failed after its time had passed: %s", error)
