"""Weighted copies of bins to the places that read them, and the sums back, each the gradient of the other.

The sums run in layers: the first takes one place for every bin, the second another for those that have two, and so on.
That is deterministic and faster than adding at indices, place by place.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from transforms.device_constants import DeviceConstant


class Gathering:
    """Which bin each place reads.

    Args:
        bin_of_place: Shape (places,).
        is_weighted: Shape (places,): where weights are not 0. Every bin must have one such place or more.
        bins: Number of bins.
    """

    def __init__(self, bin_of_place: NDArray[np.int64], is_weighted: NDArray[np.bool_], bins: int) -> None:
        weighted = np.flatnonzero(is_weighted)
        counts = np.bincount(bin_of_place[weighted], minlength=bins)
        most_read_first = np.argsort(-counts, kind="stable")
        by_bin = weighted[np.argsort(bin_of_place[weighted], kind="stable")]
        starts = np.cumsum(counts) - counts
        self._bin_of_place = DeviceConstant(bin_of_place)
        self._rank_of_bin = DeviceConstant(np.argsort(most_read_first))
        self._layers = [
            DeviceConstant(by_bin[starts[most_read_first[: np.count_nonzero(counts > depth)]] + depth])
            for depth in range(counts.max())
        ]

    def spread(self, values: Tensor, weights: Tensor) -> Tensor:
        """Return weights times the value at each place's bin.

        Args:
            values: Shape (..., bins), complex.
            weights: Shape (places, 2), factors on real and imaginary parts; 0 where said to be.

        Returns:
            Shape (..., places), complex.
        """
        return _Spread.apply(values, weights, self)  # type: ignore[no-untyped-call]

    def collect(self, values: Tensor, weights: Tensor) -> Tensor:
        """Return for each bin the sum of weights times values of its places, (..., places) to (..., bins)."""
        return _Collect.apply(values, weights, self)  # type: ignore[no-untyped-call]

    def spread_values(self, values: Tensor, weights: Tensor) -> Tensor:
        """Do the work of `spread`, without its gradient."""
        return _weighted(_taken(values, self._bin_of_place), weights)

    def collect_values(self, values: Tensor, weights: Tensor) -> Tensor:
        """Do the work of `collect`, without its gradient."""
        layers = ((layer, layer.on(values.device, torch.int64)) for layer in self._layers)
        parts = (_weighted(_taken(values, layer), weights[index]) for layer, index in layers)
        total = next(parts)
        for part in parts:
            total[..., : part.shape[-1]] += part
        return _taken(total, self._rank_of_bin)


def _taken(values: Tensor, indices: DeviceConstant) -> Tensor:
    index = indices.on(values.device, torch.int64)
    return values.gather(-1, index.expand(*values.shape[:-1], -1))


def _weighted(values: Tensor, weights: Tensor) -> Tensor:
    """Multiply in place, which halves the memory that is touched."""
    torch.view_as_real(values).mul_(weights)
    return values


class _Spread(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, values: Tensor, weights: Tensor, gathering: Gathering) -> Tensor:
        context.weights, context.gathering = weights, gathering
        return gathering.spread_values(values, weights)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        return context.gathering.collect(gradients[0], context.weights), None, None


class _Collect(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, values: Tensor, weights: Tensor, gathering: Gathering) -> Tensor:
        context.weights, context.gathering = weights, gathering
        return gathering.collect_values(values, weights)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        return context.gathering.spread(gradients[0], context.weights), None, None
