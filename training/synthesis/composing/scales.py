"""Keys: a tonic, a mode, and the pitches that belong to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

NOTE_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")

MODES: Mapping[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "phrygian dominant": (0, 1, 4, 5, 7, 8, 10),
    "blues": (0, 2, 3, 4, 5, 7, 9, 10),
}
"""Semitones above the tonic. "blues" has both thirds, as singers do over dominant sevenths."""

PENTATONICS: Mapping[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 7, 9),
    "minor": (0, 3, 5, 7, 10),
    "dorian": (0, 3, 5, 7, 10),
    "phrygian": (0, 3, 5, 7, 10),
    "lydian": (0, 2, 4, 7, 9),
    "mixolydian": (0, 2, 4, 7, 9),
    "harmonic minor": (0, 2, 3, 7, 8),
    "phrygian dominant": (0, 1, 4, 7, 8),
    "blues": (0, 3, 5, 7, 10),
}
"""The five-note scale inside each mode."""


@dataclass(frozen=True)
class Key:
    """A tonic (0 is C) and the name of a mode."""

    tonic: int
    mode: str

    @property
    def name(self) -> str:
        """For example "A minor"."""
        return f"{NOTE_NAMES[self.tonic]} {self.mode}"

    @property
    def pitch_classes(self) -> frozenset[int]:
        """The pitches of the mode in any octave, 0 to 11."""
        return _pitch_classes(self.tonic, MODES[self.mode])

    @property
    def pentatonic_classes(self) -> frozenset[int]:
        """The five of them that make the pentatonic scale."""
        return _pitch_classes(self.tonic, PENTATONICS[self.mode])


def pitches_between(pitch_classes: frozenset[int], low: int, high: int) -> tuple[int, ...]:
    """Return all pitches from low to high (both included) that are in one of the pitch classes, rising."""
    return tuple(pitch for pitch in range(low, high + 1) if pitch % 12 in pitch_classes)


@lru_cache
def _pitch_classes(tonic: int, semitones: tuple[int, ...]) -> frozenset[int]:
    return frozenset((tonic + above) % 12 for above in semitones)
