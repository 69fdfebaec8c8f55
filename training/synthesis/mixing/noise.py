"""What recordings hold beside music: hum of the mains, hiss of tape, crackle of vinyl, a crowd.

Noise belongs to the stem `other`: a separator should leave it there, not in the voice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from audio.stems import SAMPLE_RATE
from training.synthesis.draws import between, chance, log_between, pick, seed_for
from training.synthesis.mixing.equaliser import Band, Equaliser, high_pass, low_pass, steep
from training.synthesis.mixing.sounds import Sound

_CROWD_BANDS_HZ = (250.0, 500.0, 1000.0, 2000.0)
_CROWD_GAINS = (0.8, 1.0, 0.6, 0.25)


@dataclass(frozen=True)
class Hum:
    """The mains and their harmonics."""

    mains_hz: Literal[50, 60]
    harmonics: int
    tilt: float
    """Harmonic n is n to this power times softer."""

    def sound(self, samples: int) -> Sound:
        """Return (1, samples)."""
        angle = np.float32(2.0 * np.pi * self.mains_hz / SAMPLE_RATE) * np.arange(SAMPLE_RATE, dtype=np.float32)
        # Mains are a whole number of hertz: one second is a whole number of their cycles.
        cycle = sum(np.sin(n * angle + n * n) / np.float32(n**self.tilt) for n in range(1, self.harmonics + 1))
        return np.resize(np.asarray(cycle, np.float32), (1, samples))


@dataclass(frozen=True)
class Hiss:
    """Steady noise."""

    seed: int
    low_cut_hz: float
    high_cut_hz: float

    def sound(self, samples: int) -> Sound:
        """Return (2, samples)."""
        noise = np.random.default_rng(self.seed).standard_normal((2, samples), dtype=np.float32)
        return Equaliser((*steep("high_pass", self.low_cut_hz, 1), *steep("low_pass", self.high_cut_hz, 1)))(noise)


@dataclass(frozen=True)
class Crackle:
    """Clicks of all sizes."""

    seed: int
    clicks_a_second: float
    high_cut_hz: float

    def sound(self, samples: int) -> Sound:
        """Return (2, samples)."""
        rng = np.random.default_rng(self.seed)
        clicks = 1 + int(rng.poisson(self.clicks_a_second * samples / SAMPLE_RATE))
        sound = np.zeros((2, samples), np.float32)
        sizes = rng.exponential(size=clicks) * rng.choice((-1.0, 1.0), clicks)
        np.add.at(sound, (rng.integers(0, 2, clicks), rng.integers(0, samples, clicks)), sizes)
        return Equaliser((Band("high_pass", 600.0), Band("low_pass", self.high_cut_hz)))(sound)


@dataclass(frozen=True)
class Crowd:
    """People: bands of noise that come and go, with or without clapping hands."""

    seed: int
    claps_a_second: float

    def sound(self, samples: int) -> Sound:
        """Return (2, samples)."""
        rng = np.random.default_rng(self.seed)
        murmur = np.zeros((2, samples), np.float32)
        for centre_hz, gain in zip(_CROWD_BANDS_HZ, _CROWD_GAINS, strict=True):
            noise = rng.standard_normal((2, samples), dtype=np.float32)
            voices = Equaliser((Band("band_pass", centre_hz, quality=1.0),))(noise)
            murmur += np.float32(gain) * voices * _swell(samples, rng)
        claps = rng.poisson(self.claps_a_second / SAMPLE_RATE, (2, samples)).astype(np.float32)
        return murmur + high_pass(700.0)(low_pass(3500.0)(claps))


def _swell(samples: int, rng: np.random.Generator) -> Sound:
    """Return (2, samples): gains that wander a few times a second."""
    points = 2 + round(4.0 * samples / SAMPLE_RATE)
    steps = rng.uniform(0.2, 1.0, (2, points)).astype(np.float32)
    places = np.linspace(0.0, points - 1.0, samples)
    return np.stack([np.interp(places, np.arange(points), step) for step in steps]).astype(np.float32)


Noise: TypeAlias = Hum | Hiss | Crackle | Crowd


def draw_noise(rng: np.random.Generator) -> Noise:
    """Draw a noise."""
    kind = pick(rng, ("hum", "hiss", "hiss", "crackle", "crowd"))
    if kind == "hum":
        return Hum(50 if chance(rng, 0.5) else 60, int(rng.integers(2, 12)), between(rng, 0.3, 1.5))
    if kind == "hiss":
        return Hiss(seed_for(rng), log_between(rng, 30.0, 3000.0), log_between(rng, 4000.0, 18_000.0))
    if kind == "crackle":
        return Crackle(seed_for(rng), log_between(rng, 5.0, 100.0), log_between(rng, 3000.0, 15_000.0))
    return Crowd(seed_for(rng), log_between(rng, 1.0, 300.0))
