"""Further forms of the coefficients of `transforms.slicq.SliCQ`, which come in blocks of bands of equal length.

What networks see are mostly a block's slices in a row, which is `block.flatten(-2)`, or their overlap-added magnitudes.

Reference: Hanssian, "Music demixing with the sliCQ transform", Music Demixing Workshop at ISMIR, 2021,
https://arxiv.org/abs/2112.05509
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as functional
from torch import Tensor

from transforms.band_transform import Block


def padded_with_zeros(coefficients: Sequence[Tensor]) -> Tensor:
    """Return all blocks (..., bands, slices, length) as one (..., all bands, slices, longest), zeros at the right."""
    longest = max(block.shape[-1] for block in coefficients)
    return torch.cat([functional.pad(block, (0, longest - block.shape[-1])) for block in coefficients], dim=-3)


def without_padding(padded: Tensor, blocks: Sequence[Block]) -> list[Tensor]:
    """Undo `padded_with_zeros`; `blocks` are those of the transform.

    Raises:
        ValueError: The blocks have more or fewer bands, or more coefficients, than the tensor.
    """
    bands, longest = sum(block.bands for block in blocks), max(block.length for block in blocks)
    if padded.ndim < 3 or padded.shape[-3] != bands or padded.shape[-1] != longest:
        raise ValueError(
            f"Padded coefficients must have the shape (..., {bands} bands, slices, {longest}). "
            f"Got {tuple(padded.shape)}."
        )
    parts = padded.split([block.bands for block in blocks], dim=-3)
    return [part[..., : block.length] for part, block in zip(parts, blocks, strict=True)]


def overlap_added(block: Tensor) -> Tensor:
    """Return the slices of a block (..., bands, slices, length) added up where they overlap, by half.

    The result, (..., bands, (slices + 1) * length / 2), is one spectrogram over time; it cannot be undone. Of
    magnitudes, it is that of the published networks.

    Raises:
        ValueError: The length is odd.
    """
    if block.shape[-1] % 2:
        raise ValueError(f"Slices that overlap by half must have an even length. Got {block.shape[-1]}.")
    first, second = block.chunk(2, dim=-1)
    joined = functional.pad(first, (0, 0, 0, 1)) + functional.pad(second, (0, 0, 1, 0))
    return joined.flatten(-2)
