"""A fader that an engineer rides: the level of a stem moves slowly, by a few decibels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from audio.stems import SAMPLE_RATE
from training.synthesis.draws import between
from training.synthesis.mixing.envelopes import block_seconds, gains_from_db
from training.synthesis.mixing.sounds import Sound


@dataclass(frozen=True)
class FaderRide:
    """Goes from level to level, in straight lines of decibels."""

    step_seconds: float
    """From one level to the next."""
    levels_db: tuple[float, ...]
    """The first one at the beginning; the last one holds."""

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound with its level moving."""
        samples = sound.shape[-1]
        places = self.step_seconds * np.arange(len(self.levels_db))
        return sound * gains_from_db(np.interp(block_seconds(samples), places, self.levels_db), samples)


def draw_fader_ride(rng: np.random.Generator, samples: int) -> FaderRide:
    """Draw a ride over a whole sound."""
    step_seconds, spread_db = between(rng, 1.5, 6.0), between(rng, 0.5, 3.0)
    points = math.ceil(samples / SAMPLE_RATE / step_seconds) + 1
    return FaderRide(step_seconds, tuple(float(level_db) for level_db in rng.normal(0.0, spread_db, points)))
