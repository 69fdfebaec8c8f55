"""Sums of stems in losses: every single stem, every pair, up to all but one; of four stems there are 14.

Errors of one stem that another one makes up for cost less in the sums, so stems that leak into each other are told
apart.

Reference: Sawata et al., "All for one and one for all: improving music separation by bridging networks", ICASSP 2021,
https://arxiv.org/abs/2010.04228
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import comb
from typing import TypeVar

import torch
from torch import Tensor

StemT = TypeVar("StemT")


def stem_combinations(stems: tuple[StemT, ...], largest: int) -> Iterator[tuple[StemT, ...]]:
    """Yield every combination of one stem up to `largest` stems, at least one; 14 of four stems up to three."""
    for size in range(1, max(1, largest) + 1):
        yield from combinations(stems, size)


def sums_of_stems(stems: Tensor, largest: int) -> Tensor:
    """Return the sum of each combination, (batch, stems, ...) to (batch, combinations, ...)."""
    chosen = stem_combinations(tuple(range(stems.shape[1])), largest)
    return torch.stack([stems[:, list(names)].sum(dim=1) for names in chosen], dim=1)


def mean_square_of_sums(errors: Tensor, largest: int) -> Tensor:
    """Return the mean over all combinations of the mean square of their sums, a scalar, without making the sums.

    Squares of sums are sums of products, and every stem is in equally many combinations, every pair of stems as well:
    the mean is made of the mean squares of the single stems and that of the sum of all.

    Args:
        errors: Real, shape (batch, stems, ...).
        largest: Stems of the largest combination.
    """
    stems, sizes = errors.shape[1], range(1, max(1, largest) + 1)
    with_stem = sum(comb(stems - 1, size - 1) for size in sizes)
    with_pair = sum(comb(stems - 2, size - 2) for size in sizes if size > 1)
    single = errors.square().mean() * stems
    total = (with_stem - with_pair) * single
    if with_pair:
        total = total + with_pair * errors.sum(dim=1).square().mean()
    return total / sum(comb(stems, size) for size in sizes)
