"""Change the sample rate, to an exact length.

soxr is used because it takes any pair of rates at bounded memory: polyphase kernels such as julius' grow with the
reduced fraction (44,099 to 44,100 Hz would need a kernel of gigabytes).
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def resample(samples: Tensor, source_rate: int, target_rate: int, *, length: int | None = None) -> Tensor:
    """Resample, and cut or pad with zeros to `length` where it is given.

    Args:
        samples: Shape (channels, samples), float32.
        source_rate: Rate of `samples`, in hertz.
        target_rate: Rate of the result, in hertz.
        length: Samples of the result; by default the rounded proportional length, at least one.

    Returns:
        Shape (channels, length), float32. Equal rates return `samples` itself when its length fits.
    """
    if length is None:
        length = max(1, round(samples.shape[-1] * target_rate / source_rate))
    if source_rate != target_rate:
        # Only songs at another rate need it: 44.1 kHz is the rule.
        import soxr

        # A fresh copy: for a single sample numpy and torch call strides contiguous that soxr refuses.
        converted = soxr.resample(np.array(samples.T.numpy(), order="C"), source_rate, target_rate)
        samples = torch.from_numpy(converted).T.contiguous()
    return fit_length(samples, length)


def fit_length(samples: Tensor, length: int) -> Tensor:
    """Cut the end, or pad it with zeros, to `length` samples.

    Args:
        samples: Shape (channels, samples).
        length: Samples wanted.

    Returns:
        Shape (channels, length).
    """
    missing = length - samples.shape[-1]
    return torch.nn.functional.pad(samples, (0, missing)) if missing > 0 else samples[..., :length]
