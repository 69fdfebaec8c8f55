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
    references, _, taps = correlations.shape
    diagonal = correlations[..., 0].diagonal().repeat_interleave(taps)
    rounding = references * taps * torch.finfo(correlations.dtype).eps
    factor = _factor(_gram_matrix(correlations))
    if factor is not None and (factor.diagonal().square() > rounding * diagonal).all():
        return lambda right: _solve(factor, right)
    smallest = max(rounding * float(diagonal.max()), torch.finfo(diagonal.dtype).tiny)
    return _with_ridge(correlations, rounding * diagonal.clamp_min(smallest))


def _with_ridge(correlations: Tensor, ridge: Tensor) -> Solver:
    """Return the solver for equations whose solution is not unique.

    Args:
        correlations: As for `normal_equations`.
        ridge: What is added to the diagonal, shape (a * l,): in proportion to each channel's energy, or it would drown
            the quiet ones.
    """
    gram = _gram_matrix(correlations)
    factor = _factor(gram + ridge.diag())
    if factor is None:
        return _with_ridge(correlations, 10.0 * ridge)

    def solve(right: Tensor) -> Tensor:
        solution = torch.zeros_like(right)
        for _ in range(REFINEMENTS):
            solution = solution + _solve(factor, right - gram @ solution)
        return solution

    return solve


def _gram_matrix(correlations: Tensor) -> Tensor:
    """Lay the correlations out as G, shape (a * l, b * k)."""
    references, _, taps = correlations.shape
    negative = correlations.transpose(0, 1)[..., 1:].flip(-1)
    # Element taps - 1 - m is the correlation at lag m, negative lags included: rows of G are windows of it.
    reversed_lags = torch.cat([negative, correlations], dim=-1).flip(-1)
    gram = correlations.new_empty(references, taps, references, taps)
    for tap in range(taps):
        gram[:, tap] = reversed_lags[..., taps - 1 - tap : 2 * taps - 1 - tap]
    return gram.view(references * taps, references * taps)


def _factor(gram: Tensor) -> Tensor | None:
    """Replace a symmetric matrix, 134 MB for eight channels, by its Cholesky factor; None where it has none."""
    by_columns, failed = gram.mT, torch.empty((), dtype=torch.int32, device=gram.device)
    torch.linalg.cholesky_ex(by_columns, out=(by_columns, failed))
    return None if failed else by_columns


def _solve(factor: Tensor, right: Tensor) -> Tensor:
    """Solve with a lower factor, which `torch.cholesky_solve` would copy."""
    half = torch.linalg.solve_triangular(factor, right, upper=False)
    return torch.linalg.solve_triangular(factor.mT, half, upper=True)
