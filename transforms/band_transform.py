"""From spectra to the coefficients of Gabor bands and back, batched: no loop over bands, only one over their lengths.

Analysis gathers the bins of all windows at once, multiplies them by the windows and takes one inverse Fourier transform
for each run of bands of equal length. Synthesis runs the same way backwards with the dual windows. Both are linear, and
the gradient of each is the other with the same windows.

Reference: Balazs et al., "Theory, implementation and applications of nonstationary Gabor frames", J. Comput. Appl.
Math. 236(6), 2011, section 3, https://doi.org/10.1016/j.cam.2011.09.011
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from transforms.device_constants import DeviceConstant
from transforms.gabor_bands import GaborBands, bins_from_centre
from transforms.gathering import Gathering

_SMALLEST_RELATIVE_FRAME_FACTOR = 1e-7


@dataclass(frozen=True)
class Block:
    """A run of neighbouring bands with equally many coefficients."""

    bands: int
    length: int
    """Coefficients of each band, from one spectrum."""


class BandTransform:
    """The bands of `bands`, those whose centre lies from 0 Hz to half the sample rate.

    Spectra are those of real signals: one-sided, of spectrum_bins / 2 + 1 bins.

    Raises:
        ValueError: Between some bands the windows leave a gap, where nothing could be restored.
    """

    def __init__(self, bands: GaborBands) -> None:
        self.spectrum_bins = bands.spectrum_bins
        self.blocks = tuple(Block(len(list(run)), length) for length, run in groupby(bands.lengths))
        entries = _Entries.of(bands)
        factors = entries.frame_factors(bands.spectrum_bins // 2 + 1)
        if factors.min() < _SMALLEST_RELATIVE_FRAME_FACTOR * factors.max():
            raise ValueError(
                f"The windows of a Gabor transform must overlap at every frequency. There is a gap at bin "
                f"{factors.argmin()} of {bands.spectrum_bins}. "
                "Take more bands, or a scale that reaches nearer to half the sample rate."
            )
        self._gathering = Gathering(entries.bins, entries.windows != 0, bands.spectrum_bins // 2 + 1)
        self._analysis = DeviceConstant(entries.analysis_weights())
        self._synthesis = DeviceConstant(entries.synthesis_weights(factors))

    def analyse(self, spectra: Tensor) -> list[Tensor]:
        """Return the coefficients of spectra (..., bins): for each block (..., bands, length), complex."""
        weights = self._analysis.on(spectra.device, spectra.real.dtype)
        windowed = self._gathering.spread(spectra, weights)
        parts = windowed.split([block.bands * block.length for block in self.blocks], dim=-1)
        return [
            torch.fft.ifft(part.unflatten(-1, (block.bands, block.length)))
            for part, block in zip(parts, self.blocks, strict=True)
        ]

    def synthesise(self, coefficients: Sequence[Tensor]) -> Tensor:
        """Return the spectra (..., bins) of coefficients as `analyse` returns them; it is its exact inverse."""
        windowed = torch.cat([torch.fft.fft(block).flatten(-2) for block in coefficients], dim=-1)
        return self._gathering.collect(windowed, self._synthesis.on(windowed.device, windowed.real.dtype))


@dataclass(frozen=True)
class _Entries:
    """Every bin of every window, in a row."""

    bins: NDArray[np.int64]
    """In the one-sided spectrum; a negative frequency's is that of its mirror image."""
    is_negative: NDArray[np.bool_]
    multiplicity: NDArray[np.float64]
    """How often it counts in the one-sided spectrum, together with its mirror image in the implied bands."""
    windows: NDArray[np.float64]
    lengths: NDArray[np.float64]

    @classmethod
    def of(cls, bands: GaborBands) -> _Entries:
        nyquist = bands.spectrum_bins // 2
        pairs = list(zip(bands.centres, bands.lengths, strict=True))
        two_sided = np.concatenate([centre + bins_from_centre(length) for centre, length in pairs])
        two_sided %= bands.spectrum_bins
        lengths = np.repeat(bands.lengths, bands.lengths)
        mirrors_itself = np.repeat([centre in (0, nyquist) for centre in bands.centres], bands.lengths)
        is_negative = two_sided > nyquist
        is_end = (two_sided == 0) | (two_sided == nyquist)
        multiplicity = np.where(mirrors_itself, ~is_negative, np.where(is_end, 2, 1))
        one_sided = np.minimum(two_sided, bands.spectrum_bins - two_sided)
        return cls(one_sided, is_negative, multiplicity * 1.0, np.concatenate(bands.windows), lengths * 1.0)

    def frame_factors(self, bins: int) -> NDArray[np.float64]:
        """Return what analysis and then synthesis with the same windows would multiply each bin by."""
        factors = np.bincount(self.bins, self.multiplicity * self.lengths * self.windows**2, minlength=bins)
        return np.asarray(factors, dtype=np.float64)

    def analysis_weights(self) -> NDArray[np.float64]:
        """Return factors (entries, 2) on real and imaginary parts; negative frequencies are conjugated."""
        return np.stack([self.windows, np.where(self.is_negative, -self.windows, self.windows)], axis=-1)

    def synthesis_weights(self, frame_factors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return factors (entries, 2) as for the analysis, of the dual windows."""
        factors = self.multiplicity * self.lengths / frame_factors[self.bins]
        return self.analysis_weights() * factors[:, None]
