"""Chords from Roman numerals.

A numeral counts from the major scale of the tonic whatever the mode, so that it says the same everywhere: "bVI" is
eight semitones above the tonic. Capitals are major, small letters minor. Then a suffix ("7", "maj7", "sus4", ...), an
inversion (":3" puts the third in the bass) and, for secondary dominants, a target ("V7/ii").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from training.synthesis.composing.scales import NOTE_NAMES, Key

DEGREES: Mapping[str, int] = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
MAJOR: Mapping[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "6": (0, 4, 7, 9),
    "9": (0, 4, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "add9": (0, 4, 7, 14),
    "13": (0, 4, 10, 14, 21),
    "7#9": (0, 4, 7, 10, 15),
    "7b9": (0, 4, 7, 10, 13),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "7sus4": (0, 5, 7, 10),
    "aug": (0, 4, 8),
    "5": (0, 7),
}
MINOR: Mapping[str, tuple[int, ...]] = {
    "": (0, 3, 7),
    "7": (0, 3, 7, 10),
    "maj7": (0, 3, 7, 11),
    "6": (0, 3, 7, 9),
    "9": (0, 3, 7, 10, 14),
    "11": (0, 3, 7, 10, 17),
    "add9": (0, 3, 7, 14),
    "dim": (0, 3, 6),
    "dim7": (0, 3, 6, 9),
    "m7b5": (0, 3, 6, 10),
}
NUMERAL = re.compile(r"([b#]?)([IV]+|[iv]+)([^:/]*)(?::([357]))?(?:/([b#]?)([IViv]+))?")
INVERSIONS = {"3": 1, "5": 2, "7": 3}


@dataclass(frozen=True)
class Chord:
    """A chord in a key."""

    name: str
    """For example "Am7" or "C/E"."""
    root: int
    """Pitch class, 0 to 11."""
    intervals: tuple[int, ...]
    """Semitones above the root, rising, the first is 0."""
    bass: int
    """Pitch class of the lowest note."""

    @property
    def pitch_classes(self) -> frozenset[int]:
        """All its notes, in any octave."""
        return _classes(self.root, self.intervals)

    @property
    def fifth(self) -> int:
        """Semitones from the root to the fifth: 7, but for diminished and augmented chords."""
        return next((interval for interval in self.intervals if interval in (6, 7, 8)), 7)


@lru_cache(maxsize=4096)
def chord_in(key: Key, numeral: str) -> Chord:
    """Return the chord that a numeral means in a key.

    Raises:
        ValueError: It is none of the numerals that the module's text describes.
    """
    match = NUMERAL.fullmatch(numeral)
    table = MINOR if match and match[2].islower() else MAJOR
    if match is None or match[2].upper() not in DEGREES or match[3] not in table:
        raise ValueError(f"A chord must be a Roman numeral such as bVI, ii7, V7/ii or I:3. Got '{numeral}'.")
    root = (key.tonic + _semitones(match[1], match[2])) % 12
    if match[6]:
        root = (root + _semitones(match[5], match[6])) % 12
    intervals = table[match[3]]
    bass = root if match[4] is None else (root + intervals[min(INVERSIONS[match[4]], len(intervals) - 1)]) % 12
    small = "m" if table is MINOR and match[3] not in ("dim", "dim7", "m7b5") else ""
    slash = "" if bass == root else f"/{NOTE_NAMES[bass]}"
    return Chord(f"{NOTE_NAMES[root]}{small}{match[3]}{slash}", root, intervals, bass)


def _semitones(accidental: str, degree: str) -> int:
    return DEGREES[degree.upper()] + {"b": -1, "": 0, "#": 1}[accidental]


@lru_cache(maxsize=4096)
def _classes(root: int, intervals: tuple[int, ...]) -> frozenset[int]:
    return frozenset((root + interval) % 12 for interval in intervals)
