"""A machine whose time is made up: separators that cost what they are told to, on processors that slow down at random.

For simulations of the deadline guard. Everything but time is real: the schedule, the stems and their layers.
"""

from __future__ import annotations

import bisect
import math
import random
from collections.abc import Callable, Iterator, Sequence

import torch

from audio.sources import SongSource
from audio.stems import STEMS, Stems
from models.workload import Chunking, Workload

SAMPLE_RATE = 50
"""Of the made-up songs: sound is not what they are for."""
MOST_SLOW_DOWN = 10.0


class VirtualMachine:
    """A clock that work moves on; how fast depends on stretches of random length and slowness."""

    def __init__(self, generator: random.Random, calm_share: float = 0.6, stretch_seconds: float = 20.0) -> None:
        """Begin at zero.

        Args:
            generator: Draws the stretches.
            calm_share: Of the stretches, in which nothing slows down.
            stretch_seconds: Mean length; they are exponentially distributed, so that there are bursts.
        """
        self._generator = generator
        self._calm_share = calm_share
        self._stretch_seconds = stretch_seconds
        self._ends: list[float] = []
        self._slow_downs: list[float] = []
        self.now = 0.0
        self.watcher: Callable[[], None] = lambda: None
        """Called once the clock moved."""

    def clock(self) -> float:
        """Return the time."""
        return self.now

    def spend(self, seconds: float) -> None:
        """Do work that takes a calm machine some seconds."""
        self.now = self.end_of(self.now, seconds)
        self.watcher()

    def end_of(self, start: float, seconds: float) -> float:
        """Return when work ends that begins at some time and takes a calm machine some seconds."""
        while not self._ends or self._ends[-1] <= start:
            self._draw()
        stretch = bisect.bisect_right(self._ends, start)
        while True:
            if stretch == len(self._ends):
                self._draw()
            slow_down, stretch_ends = self._slow_downs[stretch], self._ends[stretch]
            if start + seconds * slow_down <= stretch_ends:
                return start + seconds * slow_down
            seconds -= (stretch_ends - start) / slow_down
            start = stretch_ends
            stretch += 1

    def _draw(self) -> None:
        calm = self._generator.random() < self._calm_share
        self._slow_downs.append(1.0 if calm else math.exp(self._generator.uniform(0.0, math.log(MOST_SLOW_DOWN))))
        begins = self._ends[-1] if self._ends else 0.0
        self._ends.append(begins + self._generator.expovariate(1 / self._stretch_seconds))


class VirtualSeparator:
    """Gives one value as every stem, chunk by chunk, and spends time on it."""

    stems = STEMS
    sample_rate = SAMPLE_RATE

    def __init__(self, machine: VirtualMachine, seconds_per_second: float, chunk_seconds: float, value: float) -> None:
        """Take what it costs.

        Args:
            machine: Whose time is spent.
            seconds_per_second: Of a calm machine, for a second of song.
            chunk_seconds: Length of a chunk; every chunk costs as much as a whole one.
            value: Of its samples, so that one can see who gave them.
        """
        self._machine = machine
        self._chunk_samples = max(1, round(chunk_seconds * SAMPLE_RATE))
        self._chunk_cost_seconds = seconds_per_second * self._chunk_samples / SAMPLE_RATE
        self._value = value

    def workload(self) -> Workload:
        """Return how it cuts songs."""
        chunk = self._chunk_samples
        return Workload(SAMPLE_RATE, (Chunking(chunk_samples=chunk, shortest_input_samples=chunk),))

    def separate(self, mixture: torch.Tensor) -> Stems:
        """Separate a song without letting anybody stop it."""
        for _ in range(0, mixture.shape[-1], self._chunk_samples):
            self._machine.spend(self._chunk_cost_seconds)
        return self._stems(mixture.shape[-1])

    def _stems(self, samples: int) -> Stems:
        return {stem: torch.full((2, samples), self._value) for stem in STEMS}


class VirtualStreamingSeparator(VirtualSeparator):
    """The same in blocks."""

    def separate_stream(
        self,
        source: SongSource,
        stems: Sequence[str] | None = None,
        on_progress: Callable[[float], None] = lambda share: None,
    ) -> Iterator[tuple[int, Stems]]:
        """Separate chunk by chunk."""
        for start in range(0, source.samples, self._chunk_samples):
            stop = min(start + self._chunk_samples, source.samples)
            self._machine.spend(self._chunk_cost_seconds)
            on_progress(stop / source.samples)
            yield start, self._stems(stop - start)
