"""Meters and the grid: where a step (a sixteenth note) of a bar lies in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

STEPS_PER_QUARTER = 4


@dataclass(frozen=True)
class Meter:
    """A bar as steps of a sixteenth note."""

    name: str
    steps: int
    beats: tuple[int, ...]
    """Steps where a beat starts."""
    strong: tuple[int, ...]
    """Those of them that weigh most."""

    def is_strong(self, step: float) -> bool:
        """Return whether a step, counted from the line of any bar, is one of the strong ones."""
        return step % self.steps in self.strong

    def fit(self, pattern: str) -> str:
        """Return a pattern of one mark per step, repeated or cut to a bar of this meter."""
        return (pattern * (self.steps // len(pattern) + 1))[: self.steps]


METERS: Mapping[str, Meter] = {
    "4/4": Meter("4/4", 16, (0, 4, 8, 12), (0, 8)),
    "3/4": Meter("3/4", 12, (0, 4, 8), (0,)),
    "6/8": Meter("6/8", 12, (0, 6), (0, 6)),
    "5/4": Meter("5/4", 20, (0, 4, 8, 12, 16), (0, 12)),
    "7/8": Meter("7/8", 14, (0, 4, 8), (0, 8)),
}


@dataclass(frozen=True)
class Grid:
    """Maps steps, counted from the start of the form, to seconds, counted from the start of the song.

    Swing delays the second half of every pair of notes, as a shuffle does.
    """

    tempo_bpm: float
    meter: Meter
    origin_step: float = 0.0
    """The step that sounds at 0 seconds."""
    swing_ratio: float = 0.5
    """Share of a pair that its first note takes: 0.5 is straight, 2/3 a triplet shuffle."""
    swing_steps: int = 2
    """Length of the swung note: 2 for eighths, 1 for sixteenths."""

    @property
    def step_seconds(self) -> float:
        """Length of a sixteenth note without swing."""
        return 60.0 / self.tempo_bpm / STEPS_PER_QUARTER

    def seconds(self, step: float) -> float:
        """Return the time of a step; it is negative before the song starts."""
        return (self._swung(step) - self._swung(self.origin_step)) * self.step_seconds

    def bars_within(self, duration_seconds: float) -> range:
        """Return the numbers of the bars that sound, also in part, between 0 and the duration."""
        first = int(self.origin_step // self.meter.steps)
        after = first + 1
        while self.seconds(after * self.meter.steps) < duration_seconds:
            after += 1
        return range(first, after)

    def _swung(self, step: float) -> float:
        if self.swing_ratio == 0.5:
            return step
        pair = 2.0 * self.swing_steps
        whole, part = divmod(step, pair)
        part /= pair
        early = part * 2.0 * self.swing_ratio
        late = self.swing_ratio + (part - 0.5) * 2.0 * (1.0 - self.swing_ratio)
        return (whole + (early if part < 0.5 else late)) * pair
