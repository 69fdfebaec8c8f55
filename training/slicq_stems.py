"""All stems of a batch as coefficients of a sliCQ: what networks that work on these are compared as.

Coefficients come in blocks of bands of equal length (`transforms.slicq`), so a stem does not fit into one tensor, as
the losses of sound take it. Here all stems of a block lie in one tensor instead, and the transform runs once for all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class SliCQStems:
    """Stems of a batch, estimated or true; the stems' order is the network's in all tensors."""

    coefficients: tuple[Tensor, ...]
    """Of each block, complex, shape (batch, stems, channels, bands, slices, length)."""
    sounds: Callable[[], Tensor]
    """Gives the stems' samples, shape (batch, stems, channels, samples); of estimates it is an inverse transform."""
    masks: tuple[Tensor, ...] = ()
    """Of each block of estimates what the mixture's magnitudes are multiplied by, shaped as the coefficients."""
