"""The nonstationary Gabor transform (NSGT) of whole signals: bands of any frequency scale, invertible.

One Fourier transform of the whole signal, cut into bands; each band has as many coefficients as its window has bins, in
`NSGT` as they are, in `MatrixNSGT` as many for every band as for the widest. Signals that are too long for that are
sliced: `transforms.slicq`.

Reference: Balazs et al., "Theory, implementation and applications of nonstationary Gabor frames", J. Comput. Appl.
Math. 236(6), 2011, https://doi.org/10.1016/j.cam.2011.09.011
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from audio import SAMPLE_RATE
from transforms.band_transform import BandTransform, Block
from transforms.checks import check_blocks, check_signal
from transforms.frequency_scales import XUMX_SLICQ_SCALE, FrequencyScale
from transforms.gabor_bands import padded_to_longest, whole_signal_bands
from transforms.real_fourier import real_fourier_transform

_FEWEST_SAMPLES = 4


@dataclass(frozen=True)
class NSGTConfig:
    """Which NSGT."""

    scale: FrequencyScale = XUMX_SLICQ_SCALE
    """Where the bands lie; those from half the sample rate up are left out, and one there and one at 0 Hz added."""
    sample_rate: int = SAMPLE_RATE
    """Samples per second of the signals."""

    def __post_init__(self) -> None:
        if self.sample_rate < 1:
            raise ValueError(f"sample_rate must be at least 1. Got {self.sample_rate}.")


class NSGT(nn.Module):
    """NSGT of real signals in blocks of bands, on the signal's device and in its precision; it has no state.

    The bands follow from the length of the signal, and those of the last length are remembered. A signal of an odd
    length or of less than 4 samples is first extended by zeros at its end.
    """

    def __init__(self, config: NSGTConfig) -> None:
        super().__init__()
        self.config = config
        self._last = _LastLength(partial(_ragged_bands, config))

    def blocks(self, samples: int) -> tuple[Block, ...]:
        """Return the number of bands and their coefficients in each block of a signal of so many samples."""
        return self._last.bands(samples).blocks

    def forward(self, signal: Tensor) -> list[Tensor]:
        """Analyse a signal.

        Args:
            signal: Shape (..., samples), float32 or float64.

        Returns:
            For each run of bands with equally many coefficients these, shape (..., bands, length), complex.

        Raises:
            ValueError: The signal has no sample or another type, or no band lies below half the sample rate.
        """
        check_signal(signal)
        return self._last.bands(signal.shape[-1]).analyse(_spectrum(signal))

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
        return _signal(self._last.bands(length), coefficients, length)


class MatrixNSGT(nn.Module):
    """NSGT of real signals with equally many coefficients for every band; otherwise as `NSGT`."""

    def __init__(self, config: NSGTConfig) -> None:
        super().__init__()
        self.config = config
        self._last = _LastLength(partial(_equal_bands, config))

    def forward(self, signal: Tensor) -> Tensor:
        """Analyse a signal: (..., samples) to complex (..., bands, length); raises as `NSGT.forward`."""
        check_signal(signal)
        return self._last.bands(signal.shape[-1]).analyse(_spectrum(signal))[0]

    def inverse(self, coefficients: Tensor, length: int) -> Tensor:
        """Synthesise a signal (..., length) of coefficients shaped as from `forward`; raises as `NSGT.inverse`."""
        return _signal(self._last.bands(length), [coefficients], length)


class _LastLength:
    """The bands for a length of signal, of which the last is remembered: those of a song take up to gigabytes."""

    def __init__(self, build: Callable[[int], BandTransform]) -> None:
        self._build = build
        self._remembered: tuple[int, BandTransform] | None = None

    def bands(self, samples: int) -> BandTransform:
        extended = _extended_samples(samples)
        remembered = self._remembered
        if remembered is None or remembered[0] != extended:
            # The former ones go first, lest both be in memory at once.
            self._remembered = remembered = None
            self._remembered = remembered = extended, self._build(extended)
        return remembered[1]

    def __getstate__(self) -> dict[str, object]:
        return {"_build": self._build, "_remembered": None}


def _ragged_bands(config: NSGTConfig, samples: int) -> BandTransform:
    return BandTransform(whole_signal_bands(config.scale, config.sample_rate, samples))


def _equal_bands(config: NSGTConfig, samples: int) -> BandTransform:
    return BandTransform(padded_to_longest(whole_signal_bands(config.scale, config.sample_rate, samples)))


def _extended_samples(samples: int) -> int:
    return max(samples + samples % 2, _FEWEST_SAMPLES)


def _spectrum(signal: Tensor) -> Tensor:
    samples = signal.shape[-1]
    return real_fourier_transform(functional.pad(signal, (0, _extended_samples(samples) - samples)))


def _signal(bands: BandTransform, coefficients: Sequence[Tensor], length: int) -> Tensor:
    check_blocks(coefficients, [(block.bands, block.length) for block in bands.blocks], length)
    return torch.fft.irfft(bands.synthesise(coefficients), n=bands.spectrum_bins)[..., :length]
