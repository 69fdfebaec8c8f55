"""Filters of second order (biquads) for equalisers, one or an array of them at a time.

Reference: Robert Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients",
https://webaudio.github.io/Audio-EQ-Cookbook/audio-eq-cookbook.html
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

BUTTERWORTH_QUALITY = float(np.sqrt(0.5))
"""Of passes that are flat as far as they pass, and of shelves as steep as they can be without a bump."""

Shape = Literal["peak", "low_shelf", "high_shelf", "low_pass", "high_pass", "band_pass", "all_pass"]
_Row = list[NDArray[np.float64]]


def biquad(
    shape: Shape, angle: ArrayLike, gain_db: ArrayLike = 0.0, quality: float = BUTTERWORTH_QUALITY
) -> NDArray[np.float64]:
    """Return second-order sections.

    Args:
        shape: What each does.
        angle: Frequency in radians per sample: centre of a peak, band or all-pass, middle of a shelf's slope, -3 dB of
            a pass.
        gain_db: Of peaks and shelves; shaped so that it broadcasts with `angle`.
        quality: The larger, the narrower a peak or a band.

    Returns:
        Shape (..., 6): numerator and denominator as scipy's second-order sections have them.
    """
    cosine, sine, decibels = np.broadcast_arrays(np.cos(angle), np.sin(angle), np.asarray(gain_db, np.float64))
    slope, root = sine / (2.0 * quality), 10.0 ** (decibels / 40.0)
    if shape == "peak":
        numerator, denominator = _bell(cosine, slope * root), _bell(cosine, slope / root)
    elif shape == "low_shelf":
        numerator, denominator = _low_shelf(cosine, slope, root)
    elif shape == "high_shelf":  # The low shelf with every cosine turned, and so the middle terms.
        numerator, denominator = ([row[0], -row[1], row[2]] for row in _low_shelf(-cosine, slope, root))
    else:
        numerator, denominator = _numerator(shape, cosine, slope), _bell(cosine, slope)
    return np.stack([*numerator, *denominator], axis=-1) / denominator[0][..., np.newaxis]


def _bell(cosine: NDArray[np.float64], width: NDArray[np.float64]) -> _Row:
    return [1 + width, -2 * cosine, 1 - width]


def _low_shelf(cosine: NDArray[np.float64], slope: NDArray[np.float64], root: NDArray[np.float64]) -> tuple[_Row, _Row]:
    side = 2.0 * np.sqrt(root) * slope
    above, below = root + 1.0, root - 1.0
    inner, outer = above - below * cosine, above + below * cosine
    return (
        [root * (inner + side), 2 * root * (below - above * cosine), root * (inner - side)],
        [outer + side, -2 * (below + above * cosine), outer - side],
    )


def _numerator(shape: Shape, cosine: NDArray[np.float64], slope: NDArray[np.float64]) -> _Row:
    if shape == "low_pass":
        return [0.5 * (1 - cosine), 1 - cosine, 0.5 * (1 - cosine)]
    if shape == "high_pass":
        return [0.5 * (1 + cosine), -1 - cosine, 0.5 * (1 + cosine)]
    if shape == "band_pass":
        return [slope, np.zeros_like(slope), -slope]
    return [1 - slope, -2 * cosine, 1 + slope]
