"""From steps to seconds: humanised notes and hits, cut to the length of the song."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from training.synthesis.composing.dice import Dice
from training.synthesis.composing.meters import Grid
from training.synthesis.scores import Drum, Hit, Note

SHORTEST_SECONDS = 0.03
"""Of an instrument's note; what the ends of the song leave shorter is left out."""
SHORTEST_SUNG_SECONDS = 0.06


class StepNote(NamedTuple):
    """A note before it is performed; start and end count steps."""

    start: float
    end: float
    pitch: int
    velocity: float
    delay_seconds: float = 0.0
    """Later than the grid, as the strings of a strummed chord are."""


class StepHit(NamedTuple):
    """A stroke before it is performed; its start counts steps."""

    start: float
    drum: Drum
    velocity: float


@dataclass(frozen=True)
class Feel:
    """How far a player is from a machine."""

    spread_seconds: float = 0.0
    """Standard deviation of the timing; no note is further off than three times this."""
    lag_seconds: float = 0.0
    """Behind the beat, or ahead of it when negative."""
    spread_velocity: float = 0.0

    @property
    def reach_seconds(self) -> float:
        """The most that a note can be away from the grid."""
        return 3.0 * self.spread_seconds + abs(self.lag_seconds)


@dataclass(frozen=True)
class Stage:
    """Where a player's notes go: the grid, the length of the song, the player's feel and chance."""

    grid: Grid
    duration_seconds: float
    feel: Feel
    dice: Dice

    def perform_notes(self, notes: Iterable[StepNote]) -> tuple[Note, ...]:
        """Return notes in seconds in the order of their starts; those outside the song are left out or cut."""
        played = []
        for note in notes:
            offset = self.feel.lag_seconds + self.dice.jitter(self.feel.spread_seconds)
            start = self.grid.seconds(note.start) + offset + note.delay_seconds
            end = min(self.grid.seconds(note.end) + offset, self.duration_seconds)
            start = max(start, 0.0)
            if end - start >= SHORTEST_SECONDS:
                played.append(Note(start, end, float(note.pitch), self._velocity(note.velocity)))
        played.sort(key=lambda note: note.start_seconds)
        return tuple(played)

    def perform_hits(self, hits: Iterable[StepHit]) -> tuple[Hit, ...]:
        """Return hits in seconds in the order of their starts; those outside the song are left out."""
        played = []
        for hit in hits:
            start = self.grid.seconds(hit.start) + self.feel.lag_seconds + self.dice.jitter(self.feel.spread_seconds)
            if -SHORTEST_SECONDS < start < self.duration_seconds - SHORTEST_SECONDS:
                played.append(Hit(max(start, 0.0), hit.drum, self._velocity(hit.velocity)))
        played.sort(key=lambda hit: hit.start_seconds)
        return tuple(played)

    def perform_phrase(self, notes: Sequence[StepNote]) -> tuple[Note, ...]:
        """Return one sung phrase in seconds: notes never overlap, and those that touched still touch."""
        starts = [
            self.grid.seconds(note.start) + self.feel.lag_seconds + self.dice.jitter(self.feel.spread_seconds)
            for note in notes
        ]
        sung = []
        for index, note in enumerate(notes):
            following = starts[index + 1] if index + 1 < len(notes) else float("inf")
            touches = index + 1 < len(notes) and notes[index + 1].start - note.end < 1e-6
            own_end = starts[index] + self.grid.seconds(note.end) - self.grid.seconds(note.start)
            end = min(following if touches else min(own_end, following), self.duration_seconds)
            start = max(starts[index], 0.0)
            if end - start >= SHORTEST_SUNG_SECONDS:
                sung.append(Note(start, end, float(note.pitch), self._velocity(note.velocity)))
        return tuple(sung)

    def _velocity(self, velocity: float) -> float:
        return min(1.0, max(0.05, velocity + self.dice.jitter(self.feel.spread_velocity)))
