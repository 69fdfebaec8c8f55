"""Penalty on the largest singular value of each large weight, which kept hybrid Demucs stable.

Every convolution is a matrix of its output channels by all that they read; its largest singular value is how much it
can amplify. Power iterations from a block of random starts find the direction that is amplified most; nothing but the
last product carries a gradient, that of the squared value being exact once the direction is.

The defaults are those of `repro_mdx_a` (the grid `repro` with `svd=base2`), computed in every step: all weights of
1 MiB and more count, LSTMs included; those of one dimension do not. Demucs takes torch's `svd_lowrank` of the same
size and number of iterations, whose gradient also goes through the directions.

Reference: Defossez, "Hybrid Spectrogram and Waveform Source Separation", 2021, https://arxiv.org/abs/2111.03600;
https://github.com/facebookresearch/demucs (demucs/svd.py, demucs/grids/repro.py, conf/svd/base2.yaml)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import torch
from pydantic import Field
from pydantic.dataclasses import dataclass
from torch import Tensor, nn

from training.parts import STRICT

_BYTES = 4
_LEAST_NORM = 1e-10


@dataclass(frozen=True, config=STRICT)
class SingularValues:
    """The sum of the squared largest singular values of a network's large weights."""

    weight: Annotated[float, Field(gt=0.0, allow_inf_nan=False)] = 1e-5
    """What the sum is multiplied by."""
    least_megabytes: Annotated[float, Field(ge=0.0)] = 1.0
    """Size of the smallest weight that counts, in units of 2^20 bytes at four bytes for each number."""
    iterations: Annotated[int, Field(ge=1)] = 4
    """Power iterations; more come closer to the value, from below."""
    starts: Annotated[int, Field(ge=1)] = 100
    """Random directions that the iterations begin with; more come closer as well."""

    def __call__(self, network: nn.Module, generator: torch.Generator) -> Tensor:
        """Return the penalty, a scalar.

        Args:
            network: Its modules' own weights count.
            generator: Draws the starts of the iterations, on the CPU.
        """
        matrices = list(self._matrices(network))
        if not matrices:
            return torch.zeros((), device=next(network.parameters()).device)
        # One block for all of them: what matters is that it is random, not that each matrix has its own.
        longest = max(matrix.shape[1] for matrix in matrices)
        block = torch.randn(longest, self.starts, generator=generator).to(matrices[0])
        squares = [_largest_square(matrix, self.iterations, block[: matrix.shape[1]]) for matrix in matrices]
        return self.weight * torch.stack(squares).sum()

    def _matrices(self, network: nn.Module) -> Iterator[Tensor]:
        for module in network.modules():
            transposed = isinstance(module, nn.ConvTranspose1d | nn.ConvTranspose2d)
            for parameter in module.parameters(recurse=False):
                if parameter.ndim < 2 or parameter.numel() * _BYTES < self.least_megabytes * 2**20:
                    continue
                # Transposed convolutions keep their inputs first.
                yield (parameter.transpose(0, 1) if transposed else parameter).flatten(1)


def _largest_square(matrix: Tensor, iterations: int, starts: Tensor) -> Tensor:
    """Return the square of a matrix's largest singular value, a scalar; `starts` has the shape (columns, starts)."""
    direction = _most_amplified(matrix.detach(), iterations, starts)
    return (matrix @ direction).square().sum()


@torch.no_grad()
def _most_amplified(matrix: Tensor, iterations: int, starts: Tensor) -> Tensor:
    """Return the direction of length 1, shape (columns,), that a matrix amplifies most of all that the starts span."""
    directions = starts[:, : min(matrix.shape)]
    for _ in range(iterations):
        directions = matrix.T @ (matrix @ directions)
        directions = directions / directions.norm(dim=0).clamp(min=_LEAST_NORM)
    basis = torch.linalg.qr(directions).Q
    products = matrix @ basis
    # Ascending: the last eigenvector of the small matrix is the best mix of the basis.
    return basis @ torch.linalg.eigh(products.T @ products).eigenvectors[:, -1]
