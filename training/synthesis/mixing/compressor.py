"""A compressor, the same beside the dry sound, and a de-esser.

Static curve with a soft knee after Giannoulis, Massberg, Reiss, "Digital dynamic range compressor design", J. Audio
Eng. Soc. 60(6), 2012, equation 4; timing as in `training.synthesis.mixing.envelopes`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.synthesis.mixing.envelopes import Levels, block_peaks_db, gains_from_db, released, smoothed
from training.synthesis.mixing.equaliser import high_pass
from training.synthesis.mixing.sounds import Sound


@dataclass(frozen=True)
class Compressor:
    """Turns down what is above the threshold; channels are linked."""

    threshold_dbfs: float
    """Peak level; sounds come in at `sounds.REFERENCE_DBFS` mean power."""
    ratio: float
    """So many decibels above the threshold become one."""
    attack_seconds: float = 0.01
    release_seconds: float = 0.1
    knee_db: float = 6.0
    """Width of the bend of the curve; 0 is a corner."""
    mix: float = 1.0
    """Share of the compressed sound; below 1 the rest is dry (parallel compression)."""

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound with less contrast."""
        return sound * self.gains(sound)

    def gains(self, sound: Sound) -> NDArray[np.float32]:
        """Return the gain (samples,) that this sound gets, for others to share."""
        levels_db = released(block_peaks_db(sound), self.release_seconds)
        reductions_db = smoothed(self.reductions_db(levels_db), self.attack_seconds)
        gains = gains_from_db(-reductions_db, sound.shape[-1])
        return gains if self.mix == 1.0 else np.float32(1.0 - self.mix) + np.float32(self.mix) * gains

    def reductions_db(self, levels_db: Levels) -> Levels:
        """Return by how much steady levels are turned down."""
        above_db = levels_db - self.threshold_dbfs
        bent_db = np.clip(above_db + 0.5 * self.knee_db, 0.0, self.knee_db) ** 2 / (2.0 * max(self.knee_db, 1e-9))
        over_db = np.where(above_db >= 0.5 * self.knee_db, above_db, bent_db)
        return np.asarray((1.0 - 1.0 / self.ratio) * over_db)


@dataclass(frozen=True)
class DeEsser:
    """Turns the treble down where it is louder than the threshold: the hiss of s and t."""

    crossover_hz: float
    threshold_dbfs: float
    ratio: float = 4.0

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound with softer hisses."""
        treble = high_pass(self.crossover_hz)(sound)
        gains = Compressor(self.threshold_dbfs, self.ratio, 0.001, 0.03).gains(treble)
        return sound + (gains - np.float32(1.0)) * treble
