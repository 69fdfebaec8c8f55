"""What transforms can take as signals and as coefficients."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

_DTYPES = (torch.float32, torch.float64)


def check_signal(signal: Tensor) -> None:
    """Raise ValueError unless the signal is float32 or float64 of shape (..., samples) with a sample or more."""
    if signal.ndim < 1 or signal.shape[-1] < 1 or signal.dtype not in _DTYPES:
        raise ValueError(
            f"A signal must be float32 or float64 of shape (..., samples) with a sample or more. "
            f"Got {signal.dtype} of shape {tuple(signal.shape)}."
        )


def check_blocks(coefficients: Sequence[Tensor], shapes: Sequence[tuple[int, ...]], length: int) -> None:
    """Raise ValueError unless there is a complex tensor of shape (..., *shape) for each shape, and length 1 or more."""
    if length < 1:
        raise ValueError(f"A signal to synthesise must have 1 sample or more. Got a length of {length}.")
    if len(coefficients) != len(shapes):
        raise ValueError(
            f"The coefficients of a signal of {length} samples must be {len(shapes)} tensors. Got {len(coefficients)}."
        )
    for number, (block, shape) in enumerate(zip(coefficients, shapes, strict=True)):
        if not block.is_complex() or block.shape[-len(shape) :] != shape:
            raise ValueError(
                f"Block {number} of the coefficients of a signal of {length} samples must be complex of shape "
                f"(..., {', '.join(map(str, shape))}). Got {block.dtype} of shape {tuple(block.shape)}."
            )
