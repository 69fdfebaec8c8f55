"""Frequency scales: where the bands of a nonstationary Gabor transform lie, and how narrow each of them is.

Bands are evenly spaced on the scale. A band's quality factor is its centre over the width of two steps, in Hz, from
the derivative of the scale: differences over tiny steps, which others use, lose most of their digits.

References: Holighaus et al., "A Framework for Invertible, Real-Time Constant-Q Transforms", IEEE TASLP 21(4), 2013
(constant-Q), https://arxiv.org/abs/1210.0084; Schörkhuber et al., "A Matlab Toolbox for Efficient Perfect
Reconstruction Time-Frequency Transforms with Log-Frequency Resolution", AES 53rd conference, 2014 (variable-Q).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.checks import check_whole

_MEL_CORNER_HZ = 700.0
_MELS_PER_DECADE = 2595.0
_BARK_CORNER_HZ = 600.0
_BARKS = 6.0


@dataclass(frozen=True)
class FrequencyScale(ABC):
    """Bands evenly spaced on some scale of frequency, both ends included; all figures are float64."""

    min_hz: float
    """Centre of the lowest band; above 0."""
    max_hz: float
    """Centre of the highest band."""
    bands: int
    """Number of bands, 2 or more."""

    def __post_init__(self) -> None:
        if not 0 < self.min_hz < self.max_hz < math.inf:
            raise ValueError(
                f"A scale's frequencies must be finite, above 0 and ascending. Got {self.min_hz} and {self.max_hz} Hz."
            )
        check_whole(bands=self.bands)
        if self.bands < 2:
            raise ValueError(f"A scale must have at least 2 bands. Got {self.bands}.")

    def centres_hz(self) -> NDArray[np.float64]:
        """Return the centres of the bands in Hz, ascending, shape (bands,)."""
        return self._hz(self._places())

    def quality_factors(self) -> NDArray[np.float64]:
        """Return each band's centre over the width of two steps, shape (bands,)."""
        places = self._places()
        return self._hz(places) / (2 * self._step() * self._slope(places))

    def _places(self) -> NDArray[np.float64]:
        return self._place(self.min_hz) + self._step() * np.arange(self.bands, dtype=np.float64)

    def _step(self) -> float:
        return (self._place(self.max_hz) - self._place(self.min_hz)) / (self.bands - 1)

    @abstractmethod
    def _place(self, hz: float) -> float:
        """Return the place of a frequency on the scale."""

    @abstractmethod
    def _hz(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the frequencies of places on the scale."""

    @abstractmethod
    def _slope(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return Hz per unit of the scale: the derivative of `_hz`."""


class LinearScale(FrequencyScale):
    """Equal steps in Hz."""

    def _place(self, hz: float) -> float:
        return hz

    def _hz(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        return places

    def _slope(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.ones_like(places)


class MelScale(FrequencyScale):
    """Equal steps in mel, 2595 log10(1 + f / 700); the filters of `transforms.mel` follow another mel curve."""

    def _place(self, hz: float) -> float:
        return _MELS_PER_DECADE * math.log10(1 + hz / _MEL_CORNER_HZ)

    def _hz(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        return _MEL_CORNER_HZ * (10 ** (places / _MELS_PER_DECADE) - 1)

    def _slope(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        return (self._hz(places) + _MEL_CORNER_HZ) * math.log(10) / _MELS_PER_DECADE


class BarkScale(FrequencyScale):
    """Equal steps in Bark, 6 asinh(f / 600)."""

    def _place(self, hz: float) -> float:
        return _BARKS * math.asinh(hz / _BARK_CORNER_HZ)

    def _hz(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        return _BARK_CORNER_HZ * np.sinh(places / _BARKS)

    def _slope(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        return _BARK_CORNER_HZ / _BARKS * np.cosh(places / _BARKS)


class ConstantQScale(FrequencyScale):
    """Equal ratios: all quality factors are the same; a step is taken from half of one below to half of one above."""

    def quality_factors(self) -> NDArray[np.float64]:
        """Return the one quality factor for each band, shape (bands,)."""
        ratio = 2 ** self._step()
        return np.full(self.bands, math.sqrt(ratio) / (ratio - 1) / 2)

    def _place(self, hz: float) -> float:
        return math.log2(hz)

    def _hz(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        return 2**places

    def _slope(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        return math.log(2) * 2**places


@dataclass(frozen=True)
class VariableQScale(FrequencyScale):
    """Equal ratios, then all centres raised by a constant: low bands are wider for their frequency than high ones."""

    offset_hz: float = 15.0
    """What is added to every centre, called gamma in the literature; the ends lie so much above their settings."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.offset_hz < math.inf:
            raise ValueError(f"offset_hz must be 0 or more and finite. Got {self.offset_hz}.")

    def _place(self, hz: float) -> float:
        return math.log2(hz)

    def _hz(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        return 2**places + self.offset_hz

    def _slope(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        return math.log(2) * 2**places


def octave_scale(min_hz: float, max_hz: float, bands_per_octave: int) -> ConstantQScale:
    """Return a constant-Q scale by its bands per octave, at least so many: a whole number of steps reaches `max_hz`.

    Raises:
        ValueError: The frequencies are not ascending from above 0, or there is less than one band in an octave.
    """
    if not 0 < min_hz < max_hz < math.inf or bands_per_octave < 1:
        raise ValueError(
            "An octave scale needs finite frequencies, above 0 and ascending, and a band per octave or more. "
            f"Got {min_hz} and {max_hz} Hz with {bands_per_octave} bands."
        )
    return ConstantQScale(min_hz, max_hz, math.ceil(math.log2(max_hz / min_hz) * bands_per_octave) + 1)


XUMX_SLICQ_SCALE = BarkScale(min_hz=32.9, max_hz=22050.0, bands=262)
"""The scale of the published xumx-sliCQ networks."""
