"""The weights of one stem with the highest mean of MDX SDR over songs.

Least squares over all songs is a closed form, but the challenge ranks by the mean of decibels, in which a quiet song
counts as much as a loud one. So least squares is where an ascent with exact gradients starts, and not the only place:
the mean of decibels has several maxima, mostly near weights that are right for one song. Each single member, equal
weights, and what is best for single songs are starts too, and the best of all starts and ends is taken, so that the
result is on the fitted songs never worse than any of them.

References: Lawson, Hanson, "Solving least squares problems", 1974, chapters 22 and 23; Kraft, "A software package for
sequential quadratic programming", DFVLR-FB 88-28, 1988 (SciPy's SLSQP).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize, nnls

from evaluator.blend_fit.products import StemProducts

SONG_STARTS = 3
"""How many songs lend the weights that are best for them as starts: those that do best on all songs."""
_SUM_COUNTS = 1e3
"""How much a sum that must be one counts beside errors whose energies sum to about one."""
_PRECISION, _MOST_STEPS = 1e-12, 200


@dataclass(frozen=True)
class WeightRules:
    """What weights may be."""

    non_negative: bool = True
    sum_to_one: bool = False
    """Over the members, in each band."""
    bands: int = 1
    """Into how many bands each member's estimate is cut; an estimate's bands are neighbours in the products."""

    def members(self, products: StemProducts) -> int:
        """Return how many members the estimates are of."""
        return products.cross.shape[1] // self.bands

    def sums(self, members: int) -> np.ndarray:
        """Return the rows whose products with the weights must be one, shape (rows, members * bands)."""
        rows = np.tile(np.eye(self.bands), members)
        return rows if self.sum_to_one else rows[:0]

    def enforce(self, weights: np.ndarray) -> np.ndarray:
        """Return the weights without what a solver's rounding broke of the rules."""
        rows = weights.reshape(-1, self.bands)
        rows = np.maximum(rows, 0.0) if self.non_negative else rows
        return (rows / rows.sum(axis=0) if self.sum_to_one else rows).reshape(-1)


def fit_weights(products: StemProducts, rules: WeightRules) -> np.ndarray:
    """Find the weights of a stem.

    Args:
        products: Of the songs to fit, in which the stem sounds; at least one.
        rules: What the weights may be.

    Returns:
        Shape (members, bands).
    """
    starts = [*plain_weights(rules.members(products), rules.bands)]
    starts += [least_squares(products, rules, counts) for counts in _song_counts(products)]
    by_song = [least_squares(products, rules, alone) for alone in np.eye(len(products.energies))]
    starts += sorted(by_song, key=products.mean_decibels)[-SONG_STARTS:]
    if rules.bands > 1:
        whole = fit_weights(products.summed(rules.bands), WeightRules(rules.non_negative, rules.sum_to_one))
        starts.append(np.repeat(whole, rules.bands))
    ends = [_ascend(products, rules, start) for start in starts]
    return max([*starts, *ends], key=products.mean_decibels).reshape(-1, rules.bands)


def plain_weights(members: int, bands: int = 1) -> np.ndarray:
    """Return what needs no fit, one row for each: every member alone, then equal weights."""
    return np.repeat(np.concatenate([np.eye(members), np.full((1, members), 1 / members)]), bands, axis=1)


def least_squares(products: StemProducts, rules: WeightRules, counts: np.ndarray) -> np.ndarray:
    """Return the weights with the smallest sum of squared errors, under the rules.

    Args:
        products: Of the songs to fit.
        rules: What the weights may be.
        counts: How much each song's error counts, shape (songs,).

    Returns:
        Shape (members * bands,).
    """
    gram = np.tensordot(counts, products.gram, axes=1)
    scale = max(float(np.trace(gram)), np.finfo(np.float64).tiny)
    gram, cross = gram / scale, counts @ products.cross / scale
    sums = rules.sums(rules.members(products))
    if rules.non_negative:
        return rules.enforce(_non_negative_least_squares(gram, cross, sums))
    conditions = np.block([[gram, sums.T], [sums, np.zeros((len(sums), len(sums)))]])
    # Members that agree throughout leave the weights open: least squares takes the smallest of them.
    solution = np.linalg.lstsq(conditions, np.concatenate([cross, np.ones(len(sums))]), rcond=None)[0]
    return rules.enforce(solution[: len(gram)])


def _non_negative_least_squares(gram: np.ndarray, cross: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """Minimise w'Gw - 2 w.b with w >= 0; that `sums @ w` be one is a row that counts far more than the others."""
    spreads, directions = np.linalg.eigh(gram)
    known = spreads > np.finfo(np.float64).eps * len(gram)
    roots = np.sqrt(spreads[known])[:, None]
    rows = np.concatenate([roots * directions.T[known], _SUM_COUNTS * sums])
    targets = np.concatenate([directions.T[known] @ cross / roots[:, 0], np.full(len(sums), _SUM_COUNTS)])
    return np.asarray(nnls(rows, targets)[0])


def _song_counts(products: StemProducts) -> tuple[np.ndarray, np.ndarray]:
    """Return that all songs count alike, and that they count by how quiet the stem is."""
    return np.ones_like(products.energies), 1 / products.energies


def _ascend(products: StemProducts, rules: WeightRules, start: np.ndarray) -> np.ndarray:
    """Climb from a start to a maximum under the rules; the start itself where that leads nowhere."""
    sums = rules.sums(rules.members(products))
    found = minimize(
        lambda weights: -products.mean_decibels(weights),
        start,
        jac=lambda weights: -products.gradient(weights),
        method="SLSQP",
        bounds=[(0, None)] * len(start) if rules.non_negative else None,
        constraints=[{"type": "eq", "fun": lambda w: sums @ w - 1, "jac": lambda w: sums}] if len(sums) else (),
        options={"ftol": _PRECISION, "maxiter": _MOST_STEPS},
    )
    end = rules.enforce(found.x)
    return end if np.isfinite(end).all() else start
