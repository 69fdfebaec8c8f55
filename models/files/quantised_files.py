"""Tensors of few bits in a safetensors file: what `mdx train` writes for a network that was trained quantised.

A quantised tensor NAME is three tensors in the file; all others are there as they are.

- NAME/range: float32, shape (2,): its smallest and its largest weight
- NAME/bits: uint8, a number from 1 to 15 for each group of weights, two of them in a byte, the first in its high half
- NAME/levels: uint8, the levels of the groups of one bit, then those of two bits and so on, each in their order, bit by
  bit from the highest, filled with zeros to whole bytes for each number of bits

Levels mean what they do in `models.files.diffq_states`. How many weights share their bits follows from the numbers of
both.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from models.files.diffq_states import Quantised, weights_of

_RANGE, _BITS, _LEVELS = "/range", "/bits", "/levels"
_MOST_BITS = 15


def packed_tensors(name: str, quantised: Quantised) -> dict[str, Tensor]:
    """Return what a file holds of a quantised tensor.

    Args:
        name: Of the tensor.
        quantised: Levels, shape (groups, weights of a group); smallest and largest weight; bits, shape (groups,).
    """
    levels, limits, bits = quantised[0].cpu().numpy(), quantised[1], quantised[2].cpu().numpy()
    chosen = [levels[bits == each].astype(np.uint16) for each in range(1, _MOST_BITS + 1)]
    packed = [_bits_of(numbers, each) for each, numbers in enumerate(chosen, start=1)]
    return {
        name + _RANGE: torch.tensor(limits, dtype=torch.float32),
        name + _BITS: torch.from_numpy(_bits_of(bits.astype(np.uint16), 4)),
        name + _LEVELS: torch.from_numpy(np.concatenate(packed)),
    }


def restored_tensors(stored: Mapping[str, Tensor], shapes: Mapping[str, torch.Size]) -> dict[str, Tensor]:
    """Return a file's tensors with all quantised ones as floats.

    Args:
        stored: What the file holds.
        shapes: Name of each of the network's tensors -> its shape.

    Raises:
        KeyError: A quantised tensor is incomplete, or no tensor of the network.
        ValueError: Its numbers are too few.
    """
    names = [name.removesuffix(_LEVELS) for name in stored if name.endswith(_LEVELS)]
    parts = {name + part for name in names for part in (_RANGE, _BITS, _LEVELS)}
    plain = {name: tensor for name, tensor in stored.items() if name not in parts}
    return plain | {name: weights_of(_unpacked(stored, name, shapes[name]), shapes[name]) for name in names}


def _unpacked(stored: Mapping[str, Tensor], name: str, shape: torch.Size) -> Quantised:
    lowest, highest = stored[name + _RANGE].tolist()
    stream = np.unpackbits(stored[name + _LEVELS].numpy())
    halves = _numbers_of(np.unpackbits(stored[name + _BITS].numpy()), 4)
    # An odd number of groups leaves half a byte, of zeros; no group has no bits.
    bits = halves[halves > 0]
    size = shape.numel() // len(bits)
    levels, start = np.zeros((len(bits), size), np.int64), 0
    for each in range(1, _MOST_BITS + 1):
        groups = bits == each
        length = int(groups.sum()) * size * each
        levels[groups] = _numbers_of(stream[start : start + length], each).reshape(-1, size)
        start += -(-length // 8) * 8
    return torch.from_numpy(levels), (lowest, highest), torch.from_numpy(bits.astype(np.uint8))


def _bits_of(numbers: np.ndarray, bits: int) -> np.ndarray:
    """Pack numbers of so many bits, from the highest bit, into bytes."""
    places = np.arange(bits - 1, -1, -1, dtype=np.uint16)
    return np.packbits((numbers.reshape(-1, 1) >> places & 1).astype(np.uint8))


def _numbers_of(stream: np.ndarray, bits: int) -> np.ndarray:
    """Read numbers of so many bits out of single bits."""
    return stream.reshape(-1, bits).astype(np.int64) @ (1 << np.arange(bits - 1, -1, -1, dtype=np.int64))
