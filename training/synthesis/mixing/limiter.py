"""A limiter that looks ahead, and a clipper; both are gains that other sounds can share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from training.synthesis.mixing.envelopes import BLOCK_SECONDS, block_peaks_db, gains_from_db, released
from training.synthesis.mixing.sounds import Sound, to_gain


@dataclass(frozen=True)
class Limiter:
    """Keeps every sample at or below the ceiling, without changing the shape of single waves."""

    ceiling_dbfs: float
    look_ahead_seconds: float = 0.003
    release_seconds: float = 0.08

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound below the ceiling."""
        return sound * self.gains(sound)

    def gains(self, sound: Sound) -> NDArray[np.float32]:
        """Return the gain (samples,) that this sound gets."""
        reductions_db = np.maximum(block_peaks_db(sound) - self.ceiling_dbfs, 0.0)
        # One block more than the mean is long: a block's line starts at the gain of the block before.
        ahead = max(1, round(self.look_ahead_seconds / BLOCK_SECONDS))
        reductions_db = maximum_filter1d(reductions_db, ahead + 1, origin=-((ahead + 1) // 2), mode="nearest")
        held_db = released(reductions_db, self.release_seconds)
        # A mean over the past of values that all hold what comes is never below what is needed.
        needed_db = uniform_filter1d(held_db, ahead, origin=(ahead - 1) // 2, mode="nearest")
        return gains_from_db(-needed_db, sound.shape[-1])


@dataclass(frozen=True)
class Clipper:
    """Cuts off waves at the ceiling, each sample and channel for itself; a knee rounds the corner."""

    ceiling_dbfs: float
    knee: float = 0.3
    """Share of the ceiling below it in which waves bend; 0 cuts hard."""

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound below the ceiling."""
        return sound * self.gains(sound)

    def gains(self, sound: Sound) -> NDArray[np.float32]:
        """Return the gain of each sample, shape as the sound: what it becomes divided by what it is."""
        ceiling = np.float32(to_gain(self.ceiling_dbfs))
        sizes = np.maximum(np.abs(sound), np.float32(1e-9))
        start = np.float32(1.0 - self.knee) * ceiling
        room = ceiling - start
        if self.knee == 0.0:
            return np.minimum(ceiling / sizes, np.float32(1.0))
        bent = start + room * np.tanh(np.maximum(sizes - start, 0.0) / room)
        return np.where(sizes <= start, np.float32(1.0), bent / sizes)
