"""What a composer hands to the players: notes, drum hits and sung lines in seconds, and the facts of the song.

A score says what is played and when, never with which sound; instruments, singers and the mixing desk draw theirs from
streams of random numbers of their own (`random_stream`), so that a change to one leaves the others as they were.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

Drum = Literal[
    "kick", "snare", "ghost_snare", "rim", "clap", "closed_hat", "open_hat", "pedal_hat", "crash", "ride", "low_tom",
    "mid_tom", "high_tom", "shaker", "tambourine", "cowbell", "conga",
]  # fmt: skip
"""What can be hit."""
DRUMS: tuple[Drum, ...] = get_args(Drum)

Role = Literal[
    "bass", "piano", "electric_piano", "organ", "acoustic_guitar", "clean_guitar", "distorted_guitar", "pluck",
    "mallet", "pad", "strings", "brass", "reed", "flute", "synth_chords", "arpeggio", "lead_synth", "lead_guitar",
    "folk", "effects",
]  # fmt: skip
"""What a line is for; an instrument set finds an instrument for it."""
ROLES: tuple[Role, ...] = get_args(Role)

VocalPart = Literal["lead", "harmony", "backing", "ad_lib", "choir"]
VOCAL_PARTS: tuple[VocalPart, ...] = get_args(VocalPart)

SingingStyle = Literal["plain", "belted", "breathy", "tuned", "monotone", "falsetto", "rap", "shouted"]
SINGING_STYLES: tuple[SingingStyle, ...] = get_args(SingingStyle)


@dataclass(frozen=True)
class Note:
    """One note of an instrument or a voice."""

    start_seconds: float
    end_seconds: float
    pitch: float
    """In semitones as MIDI counts them: 69 is 440 Hz."""
    velocity: float = 0.8
    """How strongly it is played, from 0 to 1."""


@dataclass(frozen=True)
class Hit:
    """One stroke on a drum."""

    start_seconds: float
    drum: Drum
    velocity: float = 0.8
    """How strongly it is played, from 0 to 1."""


@dataclass(frozen=True)
class Line:
    """The notes of one instrument through the song."""

    role: Role
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class VocalLine:
    """What one singer sings: phrases with breaths between them."""

    part: VocalPart
    style: SingingStyle
    phrases: tuple[tuple[Note, ...], ...]


@dataclass(frozen=True)
class Section:
    """A part of the form, such as a verse."""

    name: str
    start_seconds: float
    end_seconds: float
    intensity: float
    """From 0 (bare) to 1 (full)."""


@dataclass(frozen=True)
class Score:
    """A whole song before it is played. Empty lines mean that nobody plays them."""

    genre: str
    tempo_bpm: float
    key: str
    """For example "A minor"."""
    chords: tuple[str, ...]
    """Names in their order, such as "Am"."""
    duration_seconds: float
    sections: tuple[Section, ...]
    hits: tuple[Hit, ...]
    bass: Line
    others: tuple[Line, ...]
    vocals: tuple[VocalLine, ...]
    chord_starts_seconds: tuple[float, ...] = ()
    """When each of the chords starts; as many as chords, or none where nobody said."""

    @property
    def beat_seconds(self) -> float:
        """Length of a quarter note."""
        return 60.0 / self.tempo_bpm


def random_stream(seed: int, *names: str | int) -> np.random.Generator:
    """Return random numbers that depend on the song's seed and the names of what they are for, on nothing else.

    Args:
        seed: Of the song, 0 or more.
        names: For example "bass", "effects".
    """
    words = [name if isinstance(name, int) else zlib.crc32(name.encode()) for name in names]
    return np.random.default_rng(np.random.SeedSequence((seed, *words)))
