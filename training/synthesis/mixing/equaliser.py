"""A parametric equaliser: any number of second-order sections in one pass.

The sections are those of Robert Bristow-Johnson's "Cookbook formulae for audio EQ biquad filter coefficients"
(https://webaudio.github.io/Audio-EQ-Cookbook/audio-eq-cookbook.html). Steeper filters are Butterworth cascades.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfilt

from audio.stems import SAMPLE_RATE
from training.synthesis.mixing.sounds import Sound

BUTTERWORTH_QUALITY = float(np.sqrt(0.5))
HIGHEST_HZ = 0.49 * SAMPLE_RATE

Shape = Literal["peak", "low_shelf", "high_shelf", "low_pass", "high_pass", "band_pass", "all_pass"]


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
        cosine, slope = np.cos(angle), np.sin(angle) / (2.0 * self.quality)
        root = 10.0 ** (self.gain_db / 40.0)
        if self.shape == "peak":
            wide, narrow = slope * root, slope / root
            rows = [[1 + wide, -2 * cosine, 1 - wide], [1 + narrow, -2 * cosine, 1 - narrow]]
        elif self.shape in ("low_shelf", "high_shelf"):
            rows = _shelf(cosine if self.shape == "low_shelf" else -cosine, slope, root)
        else:
            rows = [_numerator(self.shape, cosine, slope), [1 + slope, -2 * cosine, 1 - slope]]
        if self.shape == "high_shelf":  # The low shelf with every cosine turned, and so the middle terms.
            rows = [[row[0], -row[1], row[2]] for row in rows]
        section = np.concatenate(rows)
        return np.asarray(section / section[3])


def _shelf(cosine: float, slope: float, root: float) -> list[list[float]]:
    side = 2.0 * np.sqrt(root) * slope
    above, below = root + 1.0, root - 1.0
    middle = above - below * cosine
    return [
        [root * (middle + side), 2 * root * (below - above * cosine), root * (middle - side)],
        [above + below * cosine + side, -2 * (below + above * cosine), above + below * cosine - side],
    ]


def _numerator(shape: Shape, cosine: float, slope: float) -> list[float]:
    if shape == "low_pass":
        return [0.5 * (1 - cosine), 1 - cosine, 0.5 * (1 - cosine)]
    if shape == "high_pass":
        return [0.5 * (1 + cosine), -1 - cosine, 0.5 * (1 + cosine)]
    if shape == "band_pass":
        return [slope, 0.0, -slope]
    return [1 - slope, -2 * cosine, 1 + slope]


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
