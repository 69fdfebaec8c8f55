"""What a genre is for the composer: ranges and odds. The genres themselves are in the modules `genres_*`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from training.synthesis.scores import Role, SingingStyle


@dataclass(frozen=True)
class DrumTaste:
    """What the drummer likes. Names are keys of the tables in `drum_patterns`; values are odds."""

    kicks: Mapping[str, float]
    snares: Mapping[str, float]
    hats: Mapping[str, float]
    percussion: Mapping[str, float] = field(default_factory=dict)
    percussion_share: float = 0.2
    """How likely each of up to three percussion lines is."""
    absent: float = 0.05
    """Share of songs without drums."""
    backbeats: Mapping[str, float] = field(default_factory=lambda: {"snare": 1.0})
    """What marks the backbeat: snare, rim, clap, or snare and clap ("both")."""
    half_time: float = 0.05
    double_time: float = 0.03
    """Odds of each in a section."""
    ghosts: float = 0.3
    fills: float = 0.6
    machine: float = 0.2
    """How likely it is a machine, without deviations."""


@dataclass(frozen=True)
class BassTaste:
    """What the bass player likes. Names are keys of `bass_styles.BASS_STYLES`; values are odds."""

    styles: Mapping[str, float]
    absent: float = 0.04
    """Share of songs without bass."""


@dataclass(frozen=True)
class Seat:
    """A place in the band: which instruments may take it and how they may play."""

    roles: Mapping[Role, float]
    styles: Mapping[str, float]
    """Keys of `comping_styles.COMPING_STYLES`, with odds."""
    share: float = 1.0
    """Share of songs in which it is taken."""


@dataclass(frozen=True)
class LeadTaste:
    """Who plays melodies beside the singers."""

    roles: Mapping[Role, float]
    riff: float = 0.25
    """Share of songs with a repeated figure."""
    counter: float = 0.2
    """Share with a melody against the voice."""
    solo: float = 0.6
    """Share of songs whose sections named solo have one."""
    effects: float = 0.1
    """Share of songs with risers and impacts."""


@dataclass(frozen=True)
class VocalTaste:
    """How people sing."""

    styles: Mapping[SingingStyle, float]
    absent: float = 0.1
    """Share of songs without any voice."""
    rhythms: Mapping[str, float] = field(default_factory=lambda: {"flowing": 2, "syncopated": 2, "long": 1, "chant": 1})
    """Keys of `vocal_rhythms.VOCAL_RHYTHMS`, with odds."""
    harmonies: float = 0.35
    backing: float = 0.25
    choir: float = 0.04
    ad_libs: float = 0.2
    answers: float = 0.12
    chops: float = 0.03
    """Shares of songs with each."""
    melisma: float = 0.1
    """Share of long notes that move through several pitches."""


@dataclass(frozen=True)
class Genre:
    """A style of music as ranges and odds; two songs of a genre share little more than these."""

    name: str
    tempo_bpm: tuple[float, float]
    forms: Mapping[str, float]
    """Keys of `section_kinds.FORMS`, with odds."""
    harmony: Mapping[str, float]
    """Keys of `progressions.FAMILIES`, with odds."""
    drums: DrumTaste
    bass: BassTaste
    seats: tuple[Seat, ...]
    leads: LeadTaste
    vocals: VocalTaste
    meters: Mapping[str, float] = field(default_factory=lambda: {"4/4": 1.0})
    swing: Mapping[str, float] = field(default_factory=lambda: {"straight": 1.0})
    """Odds of "straight", "eighths" and "sixteenths"."""
    bars_per_chord: Mapping[float, float] = field(default_factory=lambda: {1.0: 3, 0.5: 1, 2.0: 1})
    """Harmonic rhythm, with odds."""
    sevenths: float = 0.1
    """Share of songs whose triads become sevenths."""
    suspensions: float = 0.1
    """How likely a major chord is suspended."""
    looseness_seconds: float = 0.008
    """Largest standard deviation of the players' timing."""
    weight: float = 1.0
    """How likely the genre is drawn where none is asked for."""
    stops: float = 0.15
    """How likely the band stops for the last beats before a full section."""
