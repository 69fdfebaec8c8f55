"""Mix-phase inversion (MPI): the true magnitudes with the phase of the mixture.

    Y_j = |S_j| exp(i arg X)

It is what a network reaches at best that estimates magnitudes and borrows the phase, as Open-Unmix does without its
Wiener filter. The estimates do not add up to the mixture.

Reference: Hanssian, "Music demixing with the sliCQ transform", MDX workshop at ISMIR 2021, and its code,
https://github.com/sevagh/mss-oracle-experiments, which takes the phase of the sum of the stems
"""

from __future__ import annotations

import torch
from torch import Tensor

from oracles.bins import by_bins

FLOAT32_EPS = float(torch.finfo(torch.float32).eps)


def with_mixture_phase(sources: Tensor, mixture: Tensor) -> Tensor:
    """Return the estimates; `oracles.bins.Estimate` gives the shapes. Where the mixture is 0 its phase is 0."""
    return by_bins(_turned, sources, mixture)


def with_sum_phase(sources: Tensor, mixture: Tensor) -> Tensor:
    """Return the estimates with the phase of the stems' sum, whatever the mixture is: the published code's."""
    return by_bins(_turned, sources, sources.sum(dim=0) + FLOAT32_EPS)


def _turned(sources: Tensor, mixture: Tensor) -> Tensor:
    return torch.polar(sources.abs(), mixture.angle().expand_as(sources.real))
