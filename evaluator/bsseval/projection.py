"""Distortion filters: the least-squares projection of estimates on delayed references, from correlations alone.

The filters h of length L that bring sum_a h_a * x_a nearest to an estimate e solve the normal equations

    G h = d,   G[(a, l), (b, k)] = c_ab[l - k],   d[(a, l)] = c_ae[l]

(Vincent et al., "First stereo audio source separation evaluation campaign", 2007, section 3.2). G is the same for all
estimates, so it is factorised once. It is positive definite unless references are collinear, as the two channels of a
mono stem are. Then many filters give the same projection, and any will do; but elimination would divide rounding errors
by rounding errors. A small ridge keeps the filters small there, and refinement takes its effect away everywhere else.

Legend: a, b reference channels; e estimate channels; l, k filter taps.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

REFINEMENTS = 4
"""The first of them solves; each further one divides by the ridge what it changed."""

Solver = Callable[[Tensor], Tensor]
"""Right-hand sides, shape (a * l, e) -> solutions of the same shape."""


def distortion_filters(solve: Solver, cross: Tensor) -> Tensor:
    """Solve for the filters.

    Args:
        solve: What `normal_equations` returned for the references.
        cross: Correlations with the estimates, shape (a, e, l).

    Returns:
        Filters, shape (e, a, l).
    """
    references, estimates, taps = cross.shape
    solutions = solve(cross.permute(0, 2, 1).reshape(references * taps, estimates))
    return solutions.view(references, taps, estimates).permute(2, 0, 1).contiguous()


def normal_equations(correlations: Tensor) -> Solver:
    """Factorise the normal equations of some references.

    Args:
        correlations: Of the references with each other, float64, shape (a, b, l).
    """
    gram = _gram_matrix(correlations)
    rounding = len(gram) * torch.finfo(gram.dtype).eps
    factor, failed = torch.linalg.cholesky_ex(gram)
    if not failed and (factor.diagonal().square() > rounding * gram.diagonal()).all():
        return lambda right: torch.cholesky_solve(right, factor)
    return _with_ridge(gram, rounding * float(gram.diagonal().max()))


def _gram_matrix(correlations: Tensor) -> Tensor:
    """Lay the correlations out as G, shape (a * l, b * k)."""
    references, _, taps = correlations.shape
    negative = correlations.transpose(0, 1)[..., 1:].flip(-1)
    both_sides = torch.cat([negative, correlations], dim=-1)
    # U[l, k] = c[l + k - (L - 1)]; reversed in k it is c[l - k].
    toeplitz = both_sides.unfold(-1, taps, 1).flip(-1)
    return toeplitz.permute(0, 2, 1, 3).reshape(references * taps, references * taps)


def _with_ridge(gram: Tensor, ridge: float) -> Solver:
    """Return the solver for equations whose solution is not unique."""
    factor, failed = torch.linalg.cholesky_ex(gram + ridge * torch.eye(len(gram), dtype=gram.dtype, device=gram.device))
    if failed:
        return _with_ridge(gram, 10.0 * ridge)

    def solve(right: Tensor) -> Tensor:
        solution = torch.zeros_like(right)
        for _ in range(REFINEMENTS):
            solution = solution + torch.cholesky_solve(right - gram @ solution, factor)
        return solution

    return solve
