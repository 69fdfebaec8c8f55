"""The sliced nonstationary Gabor transform (sliCQ): bands of any frequency scale over slices of a signal, invertible.

Every band has as many coefficients in a slice as its width asks for: many at high frequencies, few at low ones. `SliCQ`
returns them as they are, a tensor for each run of bands that have equally many; `MatrixSliCQ` computes as many for
every band as the widest has. `transforms.slicq_forms` has further forms.

Reference: Holighaus et al., "A Framework for Invertible, Real-Time Constant-Q Transforms", IEEE TASLP 21(4), 2013,
https://arxiv.org/abs/1210.0084; the settings and forms are those of Hanssian, "Music demixing with the sliCQ
transform", Music Demixing Workshop at ISMIR, 2021, https://arxiv.org/abs/2112.05509
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from torch import Tensor, nn

from audio import SAMPLE_RATE
from transforms.band_transform import BandTransform, Block
from transforms.checks import check_blocks, check_signal, check_whole
from transforms.frequency_scales import XUMX_SLICQ_SCALE, FrequencyScale
from transforms.gabor_bands import GaborBands, padded_to_longest, slice_bands
from transforms.slicing import Slicing

_BINS_ACROSS_NARROWEST_BAND = 8


@dataclass(frozen=True)
class SliCQConfig:
    """Which sliCQ; the defaults are those of xumx-sliCQ, 263 bands in 70 blocks."""

    scale: FrequencyScale = XUMX_SLICQ_SCALE
    """Where the bands lie; those from half the sample rate up are left out, and one there and one at 0 Hz added."""
    slice_samples: int = 18060
    """Length of a slice, a multiple of 4; slices overlap by half."""
    transition_samples: int = 4516
    """Length of the fade between slices; even, less than half a slice."""
    sample_rate: int = SAMPLE_RATE
    """Samples per second of the signals."""
    shortest_window_bins: int = 16
    """Windows of narrower bands are widened to so many bins of the slice's spectrum; a multiple of 4."""

    def __post_init__(self) -> None:
        check_whole(
            slice_samples=self.slice_samples,
            transition_samples=self.transition_samples,
            shortest_window_bins=self.shortest_window_bins,
        )
        if self.slice_samples < 8 or self.slice_samples % 4:
            raise ValueError(f"slice_samples must be a multiple of 4 and at least 8. Got {self.slice_samples}.")
        if self.transition_samples % 2 or not 0 <= 2 * self.transition_samples < self.slice_samples:
            raise ValueError(
                "transition_samples must be even, 0 or more and less than half a slice, "
                f"{self.slice_samples // 2}. Got {self.transition_samples}."
            )
        if self.shortest_window_bins < 4 or self.shortest_window_bins % 4:
            raise ValueError(
                f"shortest_window_bins must be a multiple of 4 and at least 4. Got {self.shortest_window_bins}."
            )
        if self.sample_rate < 1:
            raise ValueError(f"sample_rate must be at least 1. Got {self.sample_rate}.")

    @classmethod
    def with_suggested_slices(cls, scale: FrequencyScale, sample_rate: int = SAMPLE_RATE) -> SliCQConfig:
        """Return the shortest slices that resolve the scale's narrowest band, with a transition of a quarter of them.

        A constant-Q scale with many bands asks for slices of seconds.
        """
        narrowest_hz = (scale.centres_hz() / scale.quality_factors()).min()
        slice_samples = _rounded_up(_BINS_ACROSS_NARROWEST_BAND * sample_rate / narrowest_hz, 4)
        return cls(scale, slice_samples, _rounded_up(slice_samples // 4, 2), sample_rate)


class _SlicedTransform(nn.Module):
    """What the forms share: slicing, and the order of dimensions of their coefficients."""

    def __init__(self, config: SliCQConfig, bands: GaborBands) -> None:
        super().__init__()
        self.config = config
        self._slicing = Slicing(config.slice_samples, config.transition_samples)
        self._bands = BandTransform(bands)

    def slices(self, samples: int) -> int:
        """Return how many slices a signal of so many samples has."""
        return self._slicing.slices(samples)

    def _analysed(self, signal: Tensor) -> list[Tensor]:
        check_signal(signal)
        return [block.transpose(-2, -3) for block in self._bands.analyse(self._slicing.spectra(signal))]

    def _synthesised(self, coefficients: Sequence[Tensor], length: int) -> Tensor:
        slices = self.slices(length)
        check_blocks(coefficients, [(block.bands, slices, block.length) for block in self._bands.blocks], length)
        spectra = self._bands.synthesise([block.transpose(-2, -3) for block in coefficients])
        return self._slicing.signal(spectra, length)


class SliCQ(_SlicedTransform):
    """SliCQ of real signals in blocks of bands, on the signal's device and in its precision; it has no state.

    Raises:
        ValueError: The scale's bands do not fit the slices or leave a gap.
    """

    def __init__(self, config: SliCQConfig) -> None:
        super().__init__(config, _bands(config))

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Number of bands and coefficients in a slice of each block, from low to high frequencies."""
        return self._bands.blocks

    def forward(self, signal: Tensor) -> list[Tensor]:
        """Analyse a signal.

        Args:
            signal: Shape (..., samples), float32 or float64.

        Returns:
            For each block the coefficients, shape (..., bands, slices, length), complex.

        Raises:
            ValueError: The signal has no sample or another type.
        """
        return self._analysed(signal)

    def inverse(self, coefficients: Sequence[Tensor], length: int) -> Tensor:
        """Synthesise the signal of some coefficients; it undoes `forward` exactly.

        Args:
            coefficients: Shaped as `forward` returns those of a signal of `length` samples.
            length: Samples of the signal, 1 or more.

        Returns:
            Shape (..., length), real.

        Raises:
            ValueError: The coefficients do not belong to a signal of this length.
        """
        return self._synthesised(coefficients, length)


class MatrixSliCQ(_SlicedTransform):
    """SliCQ of real signals with equally many coefficients for every band, several times more in all; no state.

    A band's coefficients are those of `SliCQ`, interpolated in time and scaled by the ratio of the lengths.

    Raises:
        ValueError: The scale's bands do not fit the slices or leave a gap.
    """

    def __init__(self, config: SliCQConfig) -> None:
        super().__init__(config, padded_to_longest(_bands(config)))

    def forward(self, signal: Tensor) -> Tensor:
        """Analyse a signal: (..., samples) to complex (..., bands, slices, length); raises as `SliCQ.forward`."""
        return self._analysed(signal)[0]

    def inverse(self, coefficients: Tensor, length: int) -> Tensor:
        """Synthesise a signal (..., length) of coefficients shaped as from `forward`; raises as `SliCQ.inverse`."""
        return self._synthesised([coefficients], length)


def _bands(config: SliCQConfig) -> GaborBands:
    bands = slice_bands(config.scale, config.sample_rate, config.slice_samples, config.shortest_window_bins)
    # Phases count from a quarter of the slice, where its signal begins, as in the published transform: this is what
    # its rotations of slices and coefficients amount to, since centres are even bins and lengths multiples of 4.
    signs = [1 - centre % 4 for centre in bands.centres]
    return replace(bands, windows=tuple(sign * window for sign, window in zip(signs, bands.windows, strict=True)))


def _rounded_up(value: float, multiple: int) -> int:
    return multiple * math.ceil(np.ceil(value) / multiple)
