"""Penalty on the largest singular value of each large weight, which kept hybrid Demucs stable.

Every convolution is a matrix of its output channels by all that they read; its largest singular value is how much it
can amplify. Power iterations from a random start give it with little work; in a step nothing but the last product
carries a gradient, that of the squared value being exact once the direction is.

Added to the loss with the weight 1e-5 in the paper. It depends on the network alone, not on estimates.

Reference: Defossez, "Hybrid Spectrogram and Waveform Source Separation", 2021, section 3.4,
https://arxiv.org/abs/2111.03600; `svd_penalty` of https://github.com/facebookresearch/demucs (demucs/svd.py)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

_BYTES = 4
_LEAST_NORM = 1e-10


@dataclass(frozen=True)
class SVDPenalty:
    """The sum of the squared largest singular values of a network's large weights."""

    weight: float = 1e-5
    """What the sum is multiplied by."""
    least_megabytes: float = 0.1
    """Size of the smallest weight that counts, in units of 2^20 bytes at four bytes for each number."""
    iterations: int = 2
    """Power iterations; more come closer to the value, from below."""

    def __call__(self, network: nn.Module, generator: torch.Generator) -> Tensor:
        """Return the penalty, a scalar.

        Args:
            network: Its modules' own weights count; those of one dimension do not.
            generator: Draws the starts of the iterations, on the CPU.
        """
        squares = [_largest_square(matrix, self.iterations, generator) for matrix in self._matrices(network)]
        if not squares:
            return torch.zeros(())
        return self.weight * torch.stack(squares).sum()

    def _matrices(self, network: nn.Module) -> Iterator[Tensor]:
        for module in network.modules():
            transposed = isinstance(module, nn.ConvTranspose1d | nn.ConvTranspose2d)
            for parameter in module.parameters(recurse=False):
                if parameter.ndim < 2 or parameter.numel() * _BYTES < self.least_megabytes * 2**20:
                    continue
                # Transposed convolutions keep their inputs first.
                yield (parameter.transpose(0, 1) if transposed else parameter).flatten(1)


def _largest_square(matrix: Tensor, iterations: int, generator: torch.Generator) -> Tensor:
    start = torch.randn(matrix.shape[1], generator=generator)
    direction = start.to(matrix)
    with torch.no_grad():
        for _ in range(iterations):
            direction = _unit(matrix.T @ (matrix @ direction))
        # As far as torch.svd_lowrank goes in as many iterations, which the publisher's penalty takes.
        direction = _unit(matrix @ direction)
    return (direction @ matrix).square().sum()


def _unit(direction: Tensor) -> Tensor:
    return direction / direction.norm().clamp(min=_LEAST_NORM)
