"""The deadline guard on thousands of made-up songs and machines: how many are late, and how well the time is used.

    python -m benchmarks.deadline_simulation --songs 10000

Songs of 5 s to 8 minutes come in runs of 27, as in the challenge. Each run has a plan of random cost, chunk length and
draft; each song a limit of 0.2 to 2 times the plan's own time. Machines slow down by up to 10 times, in stretches of
20 s on average, and the guard is told none of it: it knows the pace of a calm machine. Writing the fallback, waking up
and handing in take time too, and slow down like the rest. What a song leaves running delays the next one.

Beside the guard stands the plan alone, as a submission without a guard would run it.
"""

from __future__ import annotations

import argparse
import random
import statistics
from dataclasses import dataclass

import torch

from audio.sources import TensorSource
from benchmarks.virtual_machine import (
    SAMPLE_RATE,
    VirtualMachine,
    VirtualSeparator,
    VirtualStreamingSeparator,
)
from separation.deadline.clock import Deadline
from separation.deadline.ladder import FULL_QUALITY, LIGHTER_QUALITY, Rung
from separation.deadline.live_stems import LiveStems
from separation.deadline.schedule import Schedule
from separation.deadline.stem_stores import MemoryStore

RUN_SONGS = 27
MARGIN = 0.05
FALLBACK_SHARE = 0.0015
"""Seconds that the fallback takes, for a second of song; measured: docs/benchmarks.md."""
USUAL_LIMIT_SECONDS = 2.0
"""Below it the reserve for waking up takes more than a tenth."""
LATENCY_SECONDS, CLOSING_SECONDS = 0.005, 0.002
"""To wake up, and to hand in."""


@dataclass(frozen=True)
class SongResult:
    """What became of a song."""

    limit_seconds: float
    seconds: float
    complete: bool
    streams: bool
    """Whether the plan gives its stems as it goes: another one is not begun where it would be late."""
    worth: float
    """Mean quality over the song: 0 a quarter of the mixture, 1 the plan."""
    alone_seconds: float
    """What the plan alone would have taken, on the same stretches of slowness."""

    @property
    def late(self) -> bool:
        """Whether the guard missed the limit."""
        return self.seconds > self.limit_seconds


def random_ladder(generator: random.Random, machine: VirtualMachine) -> list[Rung]:
    """Draw a plan with its draft and, in half of the runs, a lighter form."""
    full_pace = 10 ** generator.uniform(-1.0, 0.7)
    chunk_seconds = generator.uniform(5.0, 44.0)
    rungs = [
        ("draft", generator.uniform(0.2, 0.9), full_pace * generator.uniform(0.02, 0.5), generator.uniform(5.0, 30.0))
    ]
    if generator.random() < 0.5:
        rungs.append(("lighter", LIGHTER_QUALITY, full_pace * generator.uniform(0.2, 0.6), chunk_seconds))
    rungs.append(("plan", FULL_QUALITY, full_pace, chunk_seconds))
    ladder = []
    for name, quality, pace, chunk in rungs:
        can_stream = generator.random() < (0.7 if name == "draft" else 0.9)
        kind = VirtualStreamingSeparator if can_stream else VirtualSeparator
        separator = kind(machine, pace, chunk, quality)
        ladder.append(Rung(name, separator, quality, separator.workload(), pace))
    return ladder


class SimulatedRun:
    """The songs of one submission, one after the other."""

    def __init__(self, generator: random.Random) -> None:
        self._generator = generator
        self._machine = VirtualMachine(random.Random(generator.random()))
        self._ladder = random_ladder(generator, self._machine)
        self._busy_until = 0.0

    def song(self) -> SongResult:
        """Separate the next song."""
        duration = 5.0 * 96.0 ** self._generator.random()
        machine, plan = self._machine, self._ladder[-1]
        own_seconds = plan.workload.heard_seconds(duration) * plan.seconds_per_heard_second
        started, limit = machine.now, own_seconds * 10 ** self._generator.uniform(-0.7, 0.3)
        deadline = Deadline.with_margin(started, limit, MARGIN, LATENCY_SECONDS + CLOSING_SECONDS, clock=machine.clock)
        machine.spend(FALLBACK_SHARE * duration)
        song = TensorSource(torch.zeros(2, round(duration * SAMPLE_RATE)), SAMPLE_RATE)
        store = MemoryStore(song)
        live = LiveStems(store, SAMPLE_RATE)
        seconds = self._until_handed_in(Schedule(self._ladder, song, live, deadline), live, deadline)
        shares = live.shares(song.samples)
        worth = sum(share * self._ladder[rung].quality for rung, share in shares.items() if rung >= 0)
        alone_seconds = machine.end_of(started, own_seconds) - started
        return SongResult(limit, seconds, worth > 1 - 1e-6, plan.streams, worth, alone_seconds)

    def _until_handed_in(self, schedule: Schedule, live: LiveStems, deadline: Deadline) -> float:
        """Let the two threads go their ways: returns when the waiting one is back."""
        machine = self._machine
        handed_in: list[float] = []

        def watch() -> None:
            if not handed_in and machine.now >= deadline.ends:
                handed_in.append(self._after_closing(max(deadline.ends, started)))
                live.close()

        started = machine.now
        machine.watcher = watch
        machine.now = max(machine.now, self._busy_until)
        watch()
        schedule.run()
        machine.watcher = lambda: None
        if not handed_in:
            handed_in.append(self._after_closing(machine.now))
            live.close()
        self._busy_until = machine.now
        machine.now = handed_in[0]
        return handed_in[0] - deadline.started

    def _after_closing(self, moment: float) -> float:
        return self._machine.end_of(moment, LATENCY_SECONDS + CLOSING_SECONDS)


def simulate(songs: int, seed: int) -> list[SongResult]:
    """Simulate songs in runs."""
    generator = random.Random(seed)
    results: list[SongResult] = []
    while len(results) < songs:
        run = SimulatedRun(generator)
        results += [run.song() for _ in range(min(RUN_SONGS, songs - len(results)))]
    return results


def main() -> None:
    """Simulate, and print what became of the songs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--songs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    results = simulate(options.songs, options.seed)
    cut = [result for result in results if not result.complete]
    used = [
        result.seconds / result.limit_seconds
        for result in cut
        if result.streams and result.limit_seconds >= USUAL_LIMIT_SECONDS
    ]
    closest = max(result.seconds / result.limit_seconds for result in results)
    alone = sum(result.alone_seconds > result.limit_seconds for result in results)
    print(f"songs: {len(results)}; as planned: {len(results) - len(cut)}")
    print(f"late with the guard: {sum(result.late for result in results)}; the plan alone: {alone}")
    print(f"longest time over limit: {closest:.3f}")
    print(f"used where the plan was cut short and the limit at least {USUAL_LIMIT_SECONDS:g} s: ", end="")
    print(f"least {min(used):.3f}, median {statistics.median(used):.3f}")
    print(f"mean worth: {statistics.fmean(result.worth for result in results):.3f}")


if __name__ == "__main__":
    main()
