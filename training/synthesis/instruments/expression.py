"""Vibrato for what has none of its own: a delay that moves, over a whole line, before its amplifier.

A sampled or plucked lead is dead straight; players shake and drift. The delay's slope is the change of pitch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from audio.stems import SAMPLE_RATE
from training.synthesis.draws import log_between
from training.synthesis.instruments.interfaces import Rng, Sound

_KNOTS_HZ = 1.5
"""How often the player's hand changes its mind."""


@dataclass(frozen=True)
class Vibrato:
    """An effect for playing.Processed."""

    rate_hz: float = 5.5
    cents: float = 20.0
    """Largest deviation; it comes and goes."""

    def __call__(self, sound: Sound, rng: Rng) -> Sound:
        """Return the sound with vibrato, (2, samples)."""
        samples = sound.shape[1]
        time = np.arange(samples) / SAMPLE_RATE
        knots = max(2, round(samples / SAMPLE_RATE * _KNOTS_HZ) + 1)
        strength = np.interp(time, np.linspace(0.0, time[-1], knots), rng.uniform(0.0, 1.0, knots))
        largest = (2.0 ** (self.cents / 1200.0) - 1.0) / (2.0 * np.pi * self.rate_hz)
        delay = largest * strength * (1.0 + np.sin(2.0 * np.pi * self.rate_hz * time + rng.uniform(0.0, 2.0 * np.pi)))
        place = np.arange(samples) - delay * SAMPLE_RATE
        return np.stack([np.interp(place, np.arange(samples), channel) for channel in sound]).astype(np.float32)


def random_vibrato(rng: Rng) -> Vibrato:
    """Draw a vibrato, from hardly any to wide."""
    return Vibrato(log_between(rng, 4.0, 7.5), log_between(rng, 3.0, 35.0))
