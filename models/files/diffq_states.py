"""Weights that DiffQ quantised, as floats again. The one reader for quantised files of Demucs v2 and v3.

DiffQ learns how many bits each group of weights deserves (2 to 14 in practice). Within a tensor, the levels of all
groups span the same range: weight = minimum + level / (2^bits - 1) * (maximum - minimum).

A quantised state has no names. It holds two lists in the order of the network's parameters: small tensors as they are
("others"), and the rest ("quantized") as (levels, (minimum, maximum), bits), in one of two forms:

- plain (diffq 0.1): levels of shape (groups, weights of a group), and the number of bits of each group;
- packed (diffq 0.2.1 and later): `levels` is a list whose entry b - 1 packs the levels of all groups of b bits, in
  their order (None where there are none); `bits`, less the fewest possible, is packed too. Packed numbers lie bit by
  bit in 64-bit words, shape (lines, bits, 32): bit p of word [line, b, lane] is bit b of number 2048 line + 32 p +
  lane.

Reference: Defossez, Adi, Synnaeve, "Differentiable Model Compression via Pseudo Quantization Noise", 2021,
https://arxiv.org/abs/2104.09987, equations 1 and 2. The formats are those of the package diffq, which is not needed:
its licence forbids commercial use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import Tensor

QUANTISER_PATH = "diffq.diffq.DiffQuantizer"
"""How files name the class that quantised them."""

Quantised: TypeAlias = tuple[Tensor, tuple[float, float], Tensor]
"""Levels, shape (groups, weights of a group); the smallest and the largest weight; bits, shape (groups,)."""

_PLAIN_BYTES = 4
_WORD_BITS = 64


class Quantiser:
    """Stands for the class that files name, so that they open without the package; it does nothing."""


@dataclass(frozen=True)
class QuantisedLayout:
    """What must be known to read a quantised state."""

    largest_plain: float
    """Tensors of at most so many weights are not quantised."""
    group_weights: int = 8
    """Weights that share their number of bits."""
    fewest_bits: int = 2
    """What packed numbers of bits count from."""
    packed: bool = False
    """Whether levels and bits are packed."""


def layout_of(state: Mapping[str, Any]) -> QuantisedLayout:
    """Read the layout that a state of Demucs v3 describes itself.

    Raises:
        LookupError: The description is incomplete.
        ValueError: Another class quantised it.
    """
    meta = state["meta"]
    if meta["klass"] is not Quantiser:
        raise ValueError(f"a state quantised by {meta['klass']!r} instead of {QUANTISER_PATH}")
    arguments = meta["init_kwargs"]
    return QuantisedLayout(
        largest_plain=arguments["min_size"] * 2**20 / _PLAIN_BYTES,
        group_weights=arguments["group_size"],
        fewest_bits=arguments.get("min_bits", 2),
        packed=meta["packed"],
    )


def restored_weights(
    state: Mapping[str, Any], shapes: Mapping[str, torch.Size], layout: QuantisedLayout
) -> dict[str, Tensor]:
    """Turn a quantised state into a state dict of floats.

    Args:
        state: "others" and "quantized", as the module says.
        shapes: Name of each of the network's parameters -> its shape, in their order.
        layout: How the state is to be read.

    Returns:
        Name of each parameter -> its weights.

    Raises:
        LookupError: The state is incomplete.
        RuntimeError: Its tensors do not have the shapes of the network's.
        ValueError: Its lists are not as long as the network has parameters.
    """
    plain = [name for name, shape in shapes.items() if shape.numel() <= layout.largest_plain]
    large = [name for name in shapes if name not in plain]
    weights = dict(zip(plain, state["others"], strict=True))
    for name, (levels, (lowest, highest), bits) in zip(large, state["quantized"], strict=True):
        if layout.packed:
            levels, bits = _unpacked(levels, bits, shapes[name].numel(), layout)
        weights[name] = weights_of((levels, (lowest, highest), bits), shapes[name])
    return weights


def weights_of(quantised: Quantised, shape: torch.Size) -> Tensor:
    """Return the floats of a quantised tensor.

    Args:
        quantised: Its levels, its range and its bits, in the plain form.
        shape: Of the tensor.
    """
    levels, (lowest, highest), bits = quantised
    steps = 1 / (2 ** bits.float().reshape(-1, 1) - 1)
    return (levels.float() * steps * (highest - lowest) + lowest).reshape(shape)


def unpacked_numbers(words: Tensor, count: int) -> Tensor:
    """Read numbers that are packed bit by bit.

    Args:
        words: Shape (lines, bits, lanes), int64.
        count: How many numbers to read; the rest is filling.

    Returns:
        Shape (count,), int64.
    """
    lines, bits, lanes = words.shape
    positions = torch.arange(_WORD_BITS)[:, None]
    numbers = torch.zeros(lines, _WORD_BITS, lanes, dtype=torch.int64)
    for bit in range(bits):
        numbers |= ((words[:, bit, None, :] >> positions) & 1) << bit
    return numbers.flatten()[:count]


def _unpacked(
    packed_levels: Sequence[Tensor | None], packed_bits: Tensor, count: int, layout: QuantisedLayout
) -> tuple[Tensor, Tensor]:
    """Read the levels, shape (groups, weights of a group), and the bits, shape (groups,), of `count` weights."""
    size = layout.group_weights
    groups = count // size
    bits = unpacked_numbers(packed_bits, groups) + layout.fewest_bits
    levels = torch.zeros(groups, size, dtype=torch.int64)
    by_bits = dict(enumerate(packed_levels, start=1))
    for each in bits.unique().tolist():
        words, chosen = by_bits.get(each), bits == each
        if words is None:
            # diffq packs no levels of 15 bits; its own reader leaves whatever memory held in their place.
            raise ValueError(f"a quantised state that lacks its weights of {each} bits")
        levels[chosen] = unpacked_numbers(words, int(chosen.sum()) * size).reshape(-1, size)
    return levels, bits
