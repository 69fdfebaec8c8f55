"""Work on a block in groups of frequencies, so that what lies between input and result stays small."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

Estimate = Callable[[Tensor, Tensor], Tensor]
"""Sources (stems, channels, bins, frames) and mixture (channels, bins, frames), complex -> estimates as the sources."""

VALUES_AT_ONCE = 1 << 20
"""Coefficients of a group: 8 MB of complex64."""


def bin_groups(sources: Tensor) -> Iterator[slice]:
    """Yield groups of frequencies that cover a block; shape as `Estimate` has it."""
    bins = sources.shape[-2]
    bins_at_once = max(1, VALUES_AT_ONCE * bins // max(1, sources.numel()))
    for first in range(0, bins, bins_at_once):
        yield slice(first, min(first + bins_at_once, bins))


def by_bins(estimate: Estimate, sources: Tensor, mixture: Tensor) -> Tensor:
    """Apply what treats each frequency by itself to groups of them; shapes as `Estimate` has them."""
    estimates = torch.empty_like(sources)
    for group in bin_groups(sources):
        estimates[..., group, :] = estimate(sources[..., group, :], mixture[..., group, :])
    return estimates
