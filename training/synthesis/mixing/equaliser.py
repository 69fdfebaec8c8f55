"""A parametric equaliser: any number of second-order sections in one pass.

The sections are those of `training.biquads`. Steeper filters are Butterworth cascades.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfilt

from audio.stems import SAMPLE_RATE
from training.biquads import BUTTERWORTH_QUALITY, Shape, biquad
from training.synthesis.mixing.sounds import Sound

HIGHEST_HZ = 0.49 * SAMPLE_RATE


@dataclass(frozen=True)
class Band:
    """One section."""

    shape: Shape
    frequency_hz: float
    """Centre of a peak, band or all-pass, middle of a shelf's slope, -3 dB of a pass."""
    gain_db: float = 0.0
    """Of peaks and shelves."""
    quality: float = BUTTERWORTH_QUALITY

    def section(self) -> NDArray[np.float64]:
        """Return (6,): numerator and denominator as scipy's second-order sections have them."""
        angle = 2.0 * np.pi * min(self.frequency_hz, HIGHEST_HZ) / SAMPLE_RATE
        return biquad(self.shape, angle, self.gain_db, self.quality)


@dataclass(frozen=True)
class Equaliser:
    """Bands in a row."""

    bands: tuple[Band, ...]

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound with another colour."""
        if not self.bands:
            return sound
        return np.asarray(sosfilt(self.sections(), sound, axis=-1), np.float32)

    def sections(self) -> NDArray[np.float64]:
        """Return (bands, 6), as scipy has them."""
        return np.stack([band.section() for band in self.bands])


def steep(shape: Literal["low_pass", "high_pass"], frequency_hz: float, sections: int) -> tuple[Band, ...]:
    """Return a Butterworth filter of twice as many orders as sections, 12 dB an octave each."""
    angles = np.pi * (2 * np.arange(sections) + 1) / (4 * sections)
    return tuple(Band(shape, frequency_hz, quality=float(0.5 / np.cos(angle))) for angle in angles)


def low_pass(frequency_hz: float, sections: int = 1) -> Equaliser:
    """Return a Butterworth low-pass."""
    return Equaliser(steep("low_pass", frequency_hz, sections))


def high_pass(frequency_hz: float, sections: int = 1) -> Equaliser:
    """Return a Butterworth high-pass."""
    return Equaliser(steep("high_pass", frequency_hz, sections))
