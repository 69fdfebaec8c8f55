"""A spoken phrase, ready to be sung: frames of a voice, and where its syllables, vowels and consonants lie."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from training.synthesis.voices.bands import BAND_COUNT, BAND_HZ, NOISE_HZ, Frames

PRESENCE_HZ = 4000.0
PRESENCE = (BAND_HZ >= 2000.0) & (BAND_HZ <= PRESENCE_HZ)
"""Bands that say how bright a vowel is."""
LEAST_SLOPE_DB = 1.0
"""How fast vowels fall above 4 kHz at least, for each kilohertz; some speech programs hiss there."""


class Syllable(NamedTuple):
    """Frames of one syllable: consonants from start, the vowel around its nucleus, consonants to the end."""

    start: int
    vowel_start: int
    nucleus: int
    vowel_end: int
    end: int


@dataclass(frozen=True)
class SpokenPhrase:
    """A few words or nonsense syllables of one voice."""

    voice: str
    bands_db: Frames
    """Spectral envelope, (frames, bands up to the voice's highest frequency); voiced frames have about 0 dB."""
    noise: Frames
    """Share of noise in the power at NOISE_HZ, (frames, len(NOISE_HZ)), 0 to 1."""
    pitch_hz: Frames
    """(frames,), 0 where there is none."""
    syllables: tuple[Syllable, ...]
    """In their order; at least one."""


def wordless(phrase: SpokenPhrase, rng: np.random.Generator) -> SpokenPhrase:
    """Return a phrase of which only one vowel is left: what choirs sing on "ah" and "oo"."""
    vowel = phrase.syllables[int(rng.integers(len(phrase.syllables)))]
    only = Syllable(vowel.vowel_start, vowel.vowel_start, vowel.nucleus, vowel.vowel_end, vowel.vowel_end)
    return replace(phrase, syllables=(only,))


class PhraseSource(Protocol):
    """Where a singer's words come from."""

    def phrase(self, rng: np.random.Generator) -> SpokenPhrase:
        """Return one of the voice's phrases."""
        ...


@dataclass(frozen=True)
class Air:
    """What a voice has in the highs, where speech programs give little or nothing."""

    vowel_slope_db: float = 3.0
    """How fast vowels fall above 4 kHz, and above what is known, in decibels for each kilohertz."""
    hiss_slope_db: float = 0.8
    """How fast sibilants fall, in the same unit."""
    hiss_peak_hz: float = 9000.0
    """Sibilants begin to fall here."""
    brilliance_db: float = -15.0
    """Least level of vowels at 4 kHz, relative to the mean from 2 to 4 kHz."""


def with_air(phrase: SpokenPhrase, air: Air) -> SpokenPhrase:
    """Return a phrase with all bands: vowels and sibilants go on upwards, and vowels turn into breath there.

    A telephone-like voice would teach that voices end at 8 kHz, or that vowels end at 4; microphones close to a mouth
    hear up to 20 kHz.

    Args:
        phrase: With all bands or the lowest ones.
        air: How it continues.
    """
    voiced = (phrase.pitch_hz > 0)[:, None]
    bands_db = _continued(phrase.bands_db, voiced, air)
    present = bands_db[:, PRESENCE].mean(axis=1, keepdims=True)
    above_khz = (BAND_HZ - PRESENCE_HZ) / 1000.0
    least = present + air.brilliance_db - above_khz * air.vowel_slope_db
    most = np.maximum(least, present - above_khz * LEAST_SLOPE_DB)
    bands_db = np.where(voiced & (above_khz > 0.0), np.clip(bands_db, least, most), bands_db).astype(np.float32)
    known_hz = min(float(BAND_HZ[phrase.bands_db.shape[1] - 1]), 8000.0)
    rise = np.clip((NOISE_HZ - known_hz) / 8000.0, 0.0, 0.9)
    noise = np.where(voiced, np.maximum(phrase.noise, rise), 1.0).astype(np.float32)
    return replace(phrase, bands_db=bands_db, noise=noise)


def _continued(bands_db: Frames, voiced: NDArray[np.bool_], air: Air) -> Frames:
    known = bands_db.shape[1]
    if known >= BAND_COUNT:
        return bands_db
    # The last band of a resampled recording lies on the slope of its filter.
    last = max(1, known - 2)
    top_hz = float(BAND_HZ[last - 1])
    level = bands_db[:, max(0, last - 4) : last].mean(axis=1, keepdims=True)
    above = BAND_HZ[last:][None, :]
    vowel = (above - top_hz) * (air.vowel_slope_db / 1000.0)
    hiss = np.maximum(above - max(top_hz, air.hiss_peak_hz), 0.0) * (air.hiss_slope_db / 1000.0)
    return np.concatenate((bands_db[:, :last], level - np.where(voiced, vowel, hiss)), axis=1)


def draw_air(rng: np.random.Generator) -> Air:
    """Return random highs."""
    return Air(rng.uniform(0.7, 4.0), rng.uniform(0.6, 2.5), rng.uniform(8000.0, 12000.0), rng.uniform(-24.0, -3.0))
