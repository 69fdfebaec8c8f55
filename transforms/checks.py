"""What transforms can take as signals and as coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral

import torch
from torch import Tensor

_DTYPES = (torch.float32, torch.float64)
_COMPLEX_DTYPES = (torch.complex64, torch.complex128)


def check_signal(signal: Tensor) -> None:
    """Raise ValueError unless the signal is float32 or float64 of shape (..., samples) with a sample or more."""
    if signal.ndim < 1 or signal.numel() < 1 or signal.dtype not in _DTYPES:
        raise ValueError(
            f"A signal must be float32 or float64 of shape (..., samples) with a sample or more. "
            f"Got {signal.dtype} of shape {tuple(signal.shape)}."
        )


def check_blocks(coefficients: Sequence[Tensor], shapes: Sequence[tuple[int, ...]], length: int) -> None:
    """Raise ValueError unless there is a complex tensor of shape (..., *shape) for each shape, and length 1 or more.

    All of them need one type, complex64 or complex128, and the same leading dimensions.
    """
    if length < 1:
        raise ValueError(f"A signal to synthesise must have 1 sample or more. Got a length of {length}.")
    if len(coefficients) != len(shapes):
        raise ValueError(
            f"The coefficients of a signal of {length} samples must be {len(shapes)} tensors. Got {len(coefficients)}."
        )
    for number, (block, shape) in enumerate(zip(coefficients, shapes, strict=True)):
        if block.dtype not in _COMPLEX_DTYPES or block.shape[-len(shape) :] != shape or block.numel() < 1:
            raise ValueError(
                f"Block {number} of the coefficients of a signal of {length} samples must be complex of shape "
                f"(..., {', '.join(map(str, shape))}), not empty, in single or double precision. "
                f"Got {block.dtype} of shape {tuple(block.shape)}."
            )
        first = coefficients[0].dtype, coefficients[0].shape[: -len(shapes[0])]
        if (block.dtype, block.shape[: -len(shape)]) != first:
            raise ValueError(
                f"All blocks must have the type and the leading dimensions of the first, {first[0]} and "
                f"{tuple(first[1])}. Got {block.dtype} of shape {tuple(block.shape)} as block {number}."
            )


def check_whole(**numbers: object) -> None:
    """Raise ValueError unless all of these are whole numbers: a float would fail later, or shift bands silently."""
    for name, number in numbers.items():
        if not isinstance(number, Integral):
            raise ValueError(f"{name} must be a whole number. Got {number!r}.")
