"""Signals as the spectra of overlapping slices, and back: the outer half of a sliced transform.

Slices overlap by half. Each has its signal in its middle half, faded in and out by raised cosines that add up to one,
and zeros around it, where the coefficients of narrow bands may ring without coming round from the other side.

Reference: Holighaus et al., "A Framework for Invertible, Real-Time Constant-Q Transforms", IEEE TASLP 21(4), 2013,
section IV, https://arxiv.org/abs/1210.0084
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor

from transforms.device_constants import DeviceConstant
from transforms.real_fourier import real_fourier_transform


class Slicing:
    """Slices of `slice_samples`, a multiple of 4, faded over `transition_samples`, an even number.

    Neither direction modifies its input.
    """

    def __init__(self, slice_samples: int, transition_samples: int) -> None:
        self.slice_samples = slice_samples
        self.hop_samples = slice_samples // 2
        self._fades = DeviceConstant(_fades(slice_samples, transition_samples))

    def slices(self, samples: int) -> int:
        """Return how many slices a signal of so many samples has."""
        quarters = -(-samples // (self.hop_samples // 2))
        return (quarters + 1) // 2 + 1

    def spectra(self, signal: Tensor) -> Tensor:
        """Return the one-sided spectra (..., slices, bins) of a signal (..., samples)."""
        samples = signal.shape[-1]
        end = self.slices(samples) * self.hop_samples - samples
        padded = functional.pad(signal, (self.hop_samples, end))
        frames = padded.unfold(-1, self.slice_samples, self.hop_samples)
        return real_fourier_transform(frames * self._fades.on(signal.device, signal.dtype))

    def signal(self, spectra: Tensor, samples: int) -> Tensor:
        """Return the signal (..., samples) of spectra (..., slices, bins): the slices added up where they overlap."""
        first, second = torch.fft.irfft(spectra, n=self.slice_samples).split(self.hop_samples, dim=-1)
        # A slice's second half lies where the next one's first half does; the first half of all is padding.
        joined = second + functional.pad(first[..., 1:, :], (0, 0, 0, 1))
        return joined.flatten(-2)[..., :samples]


def _fades(slice_samples: int, transition_samples: int) -> NDArray[np.float64]:
    quarter, half_transition = slice_samples // 4, transition_samples // 2
    rise = 0.5 - 0.5 * np.cos(np.pi * np.arange(transition_samples) / max(transition_samples, 1))
    silence = np.zeros(quarter - half_transition)
    ones = np.ones(2 * quarter - transition_samples)
    return np.concatenate([silence, rise, ones, 1 - rise, silence])
