"""Which separator runs next, on which part of the song: the planned one, unless its time does not suffice.

The planned separator goes through the song from its beginning. As soon as it is expected to be late, it waits, a
quicker one takes all that is left of the song, and then it goes on, so that the time left is still spent on the best
samples. What is chosen is what is worth most at the deadline: with s the seconds that are left, c the costs and q the
qualities of a quick rung and of the planned one, the rest of the song is worth

    q_quick + (q_plan - q_quick) * min(1, (s - c_quick) / c_plan)      against      q_plan * min(1, s / c_plan)

where a separator that does not stream has given nothing until it is done

Nothing is ever interrupted here: the deadline itself is kept by `live_stems`, which refuses what comes too late.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager

import torch

from audio.sources import SongSource
from audio.stems import STEMS, Stems
from separation.deadline.clock import Deadline
from separation.deadline.ladder import Rung
from separation.deadline.live_stems import Layer, LiveStems, OutOfTimeError
from separation.song_blocks import song_blocks

CONTEXT_SECONDS = 1.0
"""Of the song before the place where a rung begins, which it hears and does not give."""
ALL_OR_NOTHING_CAUTION = 1.5
"""By so much longer than expected may a separator take that does not stream, before something quicker goes first."""
ENOUGH_TO_LEARN = 0.1
"""Share of the work after which its time says something about the pace."""
RECENT = 0.3
"""Weight of the last step in the recent pace."""

logger = logging.getLogger(__name__)


class InvalidStemsError(RuntimeError):
    """A separator returned something that cannot be submitted."""


class Watch:
    """How long a separator will still take, from what it took so far."""

    def __init__(self, expected_seconds: float, clock: Callable[[], float]) -> None:
        self._expected_seconds = expected_seconds
        self._clock = clock
        self.share = 0.0
        """Of the work that is done."""
        self._seen_share = 0.0
        self._recent_pace = 0.0
        self.own_seconds = 0.0
        """Time that the separator itself had."""

    def step(self, share: float) -> None:
        """Take the share of the work that is done, by one account; the largest counts."""
        self.share = max(self.share, share)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the time in the block as the separator's own."""
        started = self._clock()
        try:
            yield
        finally:
            seconds = self._clock() - started
            self.own_seconds += seconds
            done = self.share - self._seen_share
            if done > 0:
                before = self._recent_pace or seconds / done
                self._recent_pace = before + RECENT * (seconds / done - before)
                self._seen_share = self.share

    def expected_rest_seconds(self) -> float:
        """Predict the time that is still needed: by the mean pace or by the recent one, whichever is slower."""
        if not self.share:
            return max(self._expected_seconds - self.own_seconds, 0.0)
        return max(self.own_seconds / self.share, self._recent_pace) * (1.0 - self.share)


class SongPart:
    """A song from some place on, as a song."""

    def __init__(self, song: SongSource, start: int) -> None:
        self._song = song
        self._start = start
        self.samples = song.samples - start
        self.sample_rate = song.sample_rate

    def read(self, start: int, stop: int) -> torch.Tensor:
        """Return the samples [start, stop) of the part; before it lies silence, as before a song."""
        samples = self._song.read(self._start + start, self._start + stop)
        if start >= 0:
            return samples
        silent = min(-start, stop - start)
        return torch.nn.functional.pad(samples[:, silent:], (silent, 0))


class Schedule:
    """The work on one song."""

    def __init__(self, ladder: Sequence[Rung], song: SongSource, live: LiveStems, deadline: Deadline) -> None:
        """Take the work.

        Args:
            ladder: From the quickest to the planned one.
            song: The song.
            live: Its stems.
            deadline: When somebody else closes them.
        """
        self.ladder = ladder
        self._song = song
        self._live = live
        self._deadline = deadline
        self._secured = -1
        self._left_out: set[int] = set()
        self.errors: list[str] = []
        """What stopped separators, in a line each."""
        self.remark = ""
        """Why the last separator that was not begun was not."""

    def run(self) -> None:
        """Improve the stems until the plan is done or they are closed; a separator that fails is replaced."""
        start = 0
        try:
            # A song that was handed in while another one was under way is not begun.
            self._live.check_open()
            for number in reversed(range(len(self.ladder))):
                if number <= self._secured:
                    return
                layer = self._live.layer(number, start)
                if self._try(number, layer):
                    return
                start = layer.settled
        except OutOfTimeError:
            logger.debug("The stems were handed in before the work was done.")

    def _try(self, number: int, layer: Layer) -> bool:
        """Run a rung from where its layer begins; returns whether it came to the end of the song."""
        try:
            self._improve(number, layer)
        except OutOfTimeError:
            raise
        except Exception as error:  # A model of whatever kind may fail in whatever way; the song must not.
            name = self.ladder[number].name
            logger.exception("'%s' failed at %.1f s of the song.", name, layer.settled / self._song.sample_rate)
            self.errors.append(f"'{name}' failed: {type(error).__name__}: {error}")
        if layer.settled < self._song.samples:
            self._left_out.add(number)
        return number not in self._left_out

    def _improve(self, number: int, layer: Layer) -> None:
        rung = self.ladder[number]
        watch = Watch(self._expected(rung, layer.start), self._deadline.clock)
        self._secure(number, layer, watch)
        if not rung.streams and watch.expected_rest_seconds() > self._deadline.remaining_seconds():
            self.remark = f"'{rung.name}' was not begun: it gives nothing before its end, which would be too late."
            return
        try:
            with closing(self._blocks(rung, layer.start, watch)) as blocks:
                while True:
                    with watch.running():
                        block = next(blocks, None)
                        watch.step(self._given_share(layer, block))
                    if block is None:
                        break
                    self._live.append(layer, block)
                    self._secure(number, layer, watch)
            self._live.finish(layer)
        finally:
            if watch.share >= ENOUGH_TO_LEARN:
                rung.learn(self._seconds_from(layer.start), watch.own_seconds / watch.share)

    def _secure(self, number: int, layer: Layer, watch: Watch) -> None:
        """Where a rung is expected to be late, let quicker ones take the rest of the song first."""
        while True:
            quick = self._best_quick(number, layer.settled, watch.expected_rest_seconds())
            if quick is None:
                return
            if self._try(quick, self._live.layer(quick, layer.settled)):
                self._secured = quick

    def _best_quick(self, number: int, position: int, rest_seconds: float) -> int | None:
        """Choose the rung that should take the rest before the running one goes on; None where that is worth more."""
        left = max(0.0, self._deadline.remaining_seconds())
        secured = self.ladder[self._secured].quality if self._secured >= 0 else 0.0
        planned = self.ladder[number]
        best, best_worth = None, secured + (planned.quality - secured) * _done(planned, left, rest_seconds)
        for quick in range(self._secured + 1, number):
            if quick in self._left_out:
                continue
            rung = self.ladder[quick]
            cost = self._expected(rung, position)
            if cost <= left:
                more = (planned.quality - rung.quality) * _done(planned, left - cost, rest_seconds)
                worth = rung.quality + more
            else:
                worth = secured + (rung.quality - secured) * _done(rung, left, cost)
            if worth > best_worth:
                best, best_worth = quick, worth
        return best

    def _given_share(self, layer: Layer, block: Stems | None) -> float:
        """Return which share of its part of the song a layer has with a block, or 1 after the last one."""
        if block is None:
            return 1.0
        given = layer.settled - layer.start + _length(layer.held) + _length(block)
        return given / max(1, self._song.samples - layer.start)

    def _expected(self, rung: Rung, position: int) -> float:
        return rung.expected_seconds(self._seconds_from(position)) if position < self._song.samples else 0.0

    def _seconds_from(self, position: int) -> float:
        return max(1, self._song.samples - position) / self._song.sample_rate

    def _blocks(self, rung: Rung, start: int, watch: Watch) -> Generator[Stems, None, None]:
        """Yield a rung's stems from a place on, checked and clamped."""
        context = min(start, round(CONTEXT_SECONDS * self._song.sample_rate))
        part = SongPart(self._song, start - context) if start else self._song

        def on_progress(share: float) -> None:
            watch.step(share)
            self._live.check_open()

        surplus = context
        for block in song_blocks(rung.separator, part, STEMS, on_progress):
            self._live.check_open()
            checked = {stem: valid_samples(block, stem)[:, surplus:] for stem in STEMS}
            surplus -= min(surplus, _length(block))
            yield checked


def valid_samples(block: Stems, stem: str) -> torch.Tensor:
    """Return a stem's samples, clamped to full scale, where they can be submitted.

    Raises:
        InvalidStemsError: They are not stereo, of another length than the other stems, or not finite.
    """
    samples, shape = block[stem], (2, _length(block))
    if tuple(samples.shape) != shape:
        raise InvalidStemsError(f"The stem '{stem}' must have the shape {shape}. Got {tuple(samples.shape)}.")
    if not bool(torch.isfinite(samples).all()):
        raise InvalidStemsError(f"The stem '{stem}' must be finite. The model returned NaN or infinite samples.")
    return samples.detach().to("cpu", torch.float32).clamp(-1.0, 1.0)


def _done(rung: Rung, seconds: float, needed_seconds: float) -> float:
    """Return which share of its work a rung will have given; one that does not stream gives all or nothing."""
    if rung.streams:
        return 1.0 if needed_seconds <= seconds else seconds / needed_seconds
    return float(ALL_OR_NOTHING_CAUTION * needed_seconds <= seconds)


def _length(block: Stems) -> int:
    return block[STEMS[0]].shape[-1] if block else 0
