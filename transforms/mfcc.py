"""Mel-frequency cepstral coefficients (MFCC): the shape of a sound's spectrum in a few nearly independent figures.

They describe a timbre and cannot be inverted; gradients flow through them. The defaults are librosa's.

Reference: Davis, Mermelstein, "Comparison of Parametric Representations for Monosyllabic Word Recognition in
Continuously Spoken Sentences", IEEE Trans. ASSP 28(4), 1980, https://doi.org/10.1109/TASSP.1980.1163420
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.fft
import torch
from torch import Tensor, nn

from audio import SAMPLE_RATE
from transforms.device_constants import DeviceConstant
from transforms.mel import mel_bands
from transforms.stft import STFT, STFTConfig
from transforms.stft_conventions import librosa_stft

_SMALLEST_POWER = 1e-10
_LIBROSA_STFT = librosa_stft()


@dataclass(frozen=True)
class MFCCConfig:
    """Which coefficients."""

    coefficients: int = 20
    """How many, from the one of the level on."""
    bands: int = 128
    """Number of mel bands, evenly spaced from 0 Hz to half the sample rate."""
    stft: STFTConfig = _LIBROSA_STFT
    """The transform whose power the bands sum."""
    sample_rate: int = SAMPLE_RATE
    """Samples per second of the signals."""
    range_db: float = 80.0
    """Bands so far below a signal's loudest are raised to this level."""

    def __post_init__(self) -> None:
        if not 1 <= self.coefficients <= self.bands:
            raise ValueError(
                f"coefficients must be from 1 to the number of bands, {self.bands}. Got {self.coefficients}."
            )
        if self.sample_rate < 1:
            raise ValueError(f"sample_rate must be at least 1. Got {self.sample_rate}.")
        if not self.range_db > 0:
            raise ValueError(f"range_db must be above 0. Got {self.range_db}.")


class MFCC(nn.Module):
    """MFCC of real signals, on the signal's device and in its precision; it has no state."""

    def __init__(self, config: MFCCConfig) -> None:
        super().__init__()
        self.config = config
        self._stft = STFT(config.stft)
        cosines = scipy.fft.dct(np.eye(config.bands), axis=0, norm="ortho")[: config.coefficients]
        self._cosines = DeviceConstant(cosines)
        self._bands = DeviceConstant(mel_bands(config.sample_rate, config.stft.window_samples, config.bands))

    def forward(self, signal: Tensor) -> Tensor:
        """Describe a signal.

        Args:
            signal: Shape (..., samples), float32 or float64; each of the leading dimensions by itself.

        Returns:
            Shape (..., coefficients, frames), real.

        Raises:
            ValueError: The signal has no sample or another type.
        """
        spectrum = self._stft(signal)
        power = spectrum.real.square() + spectrum.imag.square()
        in_bands = self._bands.on(signal.device, signal.dtype) @ power
        decibels = 10 * torch.log10(in_bands.clamp(min=_SMALLEST_POWER))
        floor = decibels.amax(dim=(-2, -1), keepdim=True) - self.config.range_db
        return self._cosines.on(signal.device, signal.dtype) @ torch.maximum(decibels, floor)
