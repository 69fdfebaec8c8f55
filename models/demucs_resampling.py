"""Resampling by exactly two, as Demucs v2 does to its input and its output.

The published weights were trained around one filter: a sinc of 24 zero crossings to each side under a Hann window, cut
off at 0.945 of the lower Nyquist frequency, normalised to pass constants unchanged, with the first and the last sample
repeated beyond the ends. Another filter shifts the spectrum that the network sees near 20 kHz.

Reference: Smith, "Digital Audio Resampling Home Page", https://ccrma.stanford.edu/~jos/resample/ (windowed sinc);
the constants are those of the julius package, whose `resample_frac` the original network called.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor

ZERO_CROSSINGS = 24
ROLLOFF = 0.945


def upsample_by_two(signal: Tensor) -> Tensor:
    """Double the rate of a signal.

    Args:
        signal: Shape (batch, channels, samples), at least one sample.

    Returns:
        Shape (batch, channels, 2 * samples); every second value stands at the time of an input sample.
    """
    batch, channels, samples = signal.shape
    phases = _filtered(signal, old_rate=1, new_rate=2)
    return phases[..., :samples].transpose(1, 2).reshape(batch, channels, 2 * samples)


def downsample_by_two(signal: Tensor) -> Tensor:
    """Halve the rate of a signal.

    Args:
        signal: Shape (batch, channels, samples), at least two samples.

    Returns:
        Shape (batch, channels, samples // 2).
    """
    batch, channels, samples = signal.shape
    return _filtered(signal, old_rate=2, new_rate=1)[..., : samples // 2].reshape(batch, channels, samples // 2)


def _filtered(signal: Tensor, old_rate: int, new_rate: int) -> Tensor:
    kernels = torch.from_numpy(_kernels(old_rate, new_rate)).to(signal)
    reach = (kernels.shape[-1] - old_rate) // 2
    rows = signal.reshape(-1, 1, signal.shape[-1])
    padded = functional.pad(rows, (reach, reach + old_rate), mode="replicate")
    return functional.conv1d(padded, kernels, stride=old_rate)


@cache
def _kernels(old_rate: int, new_rate: int) -> NDArray[np.float64]:
    """Return one windowed sinc for each output phase, shape (new_rate, 1, taps)."""
    cutoff = ROLLOFF * min(old_rate, new_rate)
    reach = math.ceil(ZERO_CROSSINGS * old_rate / cutoff)
    times = np.arange(-reach, reach + old_rate) / old_rate - np.arange(new_rate)[:, None] / new_rate
    crossings = np.clip(cutoff * times, -ZERO_CROSSINGS, ZERO_CROSSINGS)
    kernels = np.sinc(crossings) * np.cos(crossings * math.pi / (2 * ZERO_CROSSINGS)) ** 2
    return (kernels / kernels.sum(axis=1, keepdims=True))[:, None]
