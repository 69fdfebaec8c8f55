"""Mu-law companding: few levels, spaced finely near silence and coarsely near full scale.

The curve is that of ITU-T Recommendation G.711 in its continuous form; the levels are numbered as WaveNet does.

Reference: van den Oord et al., "WaveNet: a generative model for raw audio", 2016, section 2.2,
https://arxiv.org/abs/1609.03499
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

CLASSES = 256


def compress(signal: Tensor, classes: int = CLASSES) -> Tensor:
    """Bend a signal so that equal steps of the result are finer near silence.

    Args:
        signal: Any shape, floating point; what lies beyond full scale, from -1 to 1, is cut.
        classes: Number of levels, 2 or more; the curve's mu is one less.

    Returns:
        Shape as the signal, from -1 to 1.
    """
    largest = _largest_class(classes)
    clipped = signal.clamp(-1.0, 1.0)
    return clipped.sign() * torch.log1p(largest * clipped.abs()) / math.log1p(largest)


def expand(compressed: Tensor, classes: int = CLASSES) -> Tensor:
    """Undo `compress`; shape as the argument."""
    largest = _largest_class(classes)
    return compressed.sign() * torch.expm1(compressed.abs() * math.log1p(largest)) / largest


def encode(signal: Tensor, classes: int = CLASSES) -> Tensor:
    """Return the number of the nearest level of each sample, int64 from 0 to classes - 1; arguments as `compress`."""
    largest = _largest_class(classes)
    return ((compress(signal, classes) + 1) / 2 * largest + 0.5).floor().long()


def decode(levels: Tensor, classes: int = CLASSES, dtype: torch.dtype = torch.float32) -> Tensor:
    """Return the signal of numbered levels, from -1 to 1; shape as the argument."""
    return expand(2 * levels.to(dtype) / _largest_class(classes) - 1, classes)


def _largest_class(classes: int) -> int:
    if classes < 2:
        raise ValueError(f"The number of mu-law levels must be at least 2. Got {classes}.")
    return classes - 1
