"""A straight line through measured times: never falling, never negative, and with an interval for what comes next.

Times vary in proportion to themselves, and on a shared machine some are far too long. So errors are counted relative to
the line, those of long clips weigh more, which average what disturbs short ones and are nearer to what is asked, and
those far from the line weigh less (Huber's weights, iterated); how far they lie apart counts them all, so that
a restless machine gives a wide interval. The interval is that of a new measurement: its own spread and the line's
uncertainty, by Student's t for as many degrees of freedom as the points leave.

Reference: Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics 35(1), 1964
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

CONFIDENCE = 0.9
"""Share of new measurements that the interval should hold."""
LEAST_SPREAD = 0.03
"""Relative: a few measurements that agree by chance are no proof of a steady machine."""
UNKNOWN_SPREAD = 0.1
"""Relative, where there are too few measurements to tell."""
_HUBER = 1.345
_ROUNDS = 20
_MEDIAN_TO_DEVIATION = 1.4826
_TINY = 1e-12


@dataclass(frozen=True)
class Prediction:
    """A figure that was not measured yet, and the bounds between which it is expected."""

    mean: float
    low: float
    high: float

    def times(self, factor: Prediction) -> Prediction:
        """Multiply by a factor that is itself uncertain."""
        return Prediction(self.mean * factor.mean, self.low * factor.low, self.high * factor.high)

    def plus(self, figure: float) -> Prediction:
        """Add a figure that is known."""
        return Prediction(self.mean + figure, self.low + figure, self.high + figure)


@dataclass(frozen=True)
class Line:
    """intercept + slope * x, both at least zero."""

    intercept: float
    slope: float
    spread: float
    """Standard deviation of a measurement, relative to the line."""
    freedom: int
    """Degrees of freedom that the points left, at least one."""
    covariance: tuple[float, float, float]
    """Of the line: variance of the intercept, covariance, variance of the slope; for a spread of one."""

    def at(self, x: float, doubt: float = 0.0) -> Prediction:
        """Predict a new measurement.

        Args:
            x: Where, at least zero.
            doubt: Relative standard deviation that comes on top, for what the points do not know.
        """
        mean = self.intercept + self.slope * x
        variance, shared, slope_variance = self.covariance
        of_line = self.spread**2 * max(0.0, variance + 2 * shared * x + slope_variance * x * x)
        deviation = math.hypot(math.hypot(self.spread, doubt) * mean, math.sqrt(of_line))
        reach = float(stdtrit(self.freedom, (1 + CONFIDENCE) / 2)) * deviation
        return Prediction(mean, max(0.0, mean - reach), mean + reach)


def fit_line(x: Sequence[float], y: Sequence[float]) -> Line:
    """Fit a line to points.

    Where all points have the same x, the line goes through the origin.

    Args:
        x: At least zero, one of them above it.
        y: Above zero, as many.
    """
    places, values = np.asarray(x, dtype=np.float64), np.maximum(np.asarray(y, dtype=np.float64), _TINY)
    terms = [0, 1] if np.ptp(places) > _TINY else [1]
    fitted = _fit_terms(places, values, terms)
    if fitted.factors.min() < 0:
        # A time cannot begin below zero, nor fall.
        terms = [1] if fitted.factors[0] < 0 else [0]
        fitted = _fit_terms(places, values, terms)
    left = len(values) - len(terms)
    spread = math.sqrt(float(np.square(fitted.errors).sum()) / left) if left > 0 else UNKNOWN_SPREAD
    return Line(
        intercept=float(fitted.factors[0]),
        slope=float(fitted.factors[1]),
        spread=max(spread, LEAST_SPREAD),
        freedom=max(left, 1),
        covariance=_covariance(places, values, fitted, terms),
    )


class _Fitted(NamedTuple):
    factors: np.ndarray
    """Intercept and slope."""
    errors: np.ndarray
    """Of each point, relative to the line."""
    weights: np.ndarray
    """Of each point's error, absolute."""


def _fit_terms(places: np.ndarray, values: np.ndarray, terms: list[int]) -> _Fitted:
    """Fit an intercept (0), a slope (1) or both."""
    shares = np.maximum(places, _TINY) / np.maximum(places, _TINY).mean()
    weights = np.sqrt(shares) / values
    for _ in range(_ROUNDS):
        factors = _solve(places, values, weights, terms)
        fitted = np.maximum(factors[0] + factors[1] * places, _TINY)
        errors = np.abs(values / fitted - 1)
        scale = max(_MEDIAN_TO_DEVIATION * float(np.median(errors)), LEAST_SPREAD)
        weights = np.sqrt(shares * np.minimum(1.0, _HUBER * scale / np.maximum(errors, _TINY))) / fitted
    return _Fitted(factors, errors, weights)


def _solve(places: np.ndarray, values: np.ndarray, weights: np.ndarray, terms: list[int]) -> np.ndarray:
    """Return intercept and slope of least weighted squares; terms that are not fitted are zero."""
    design = np.stack([np.ones_like(places), places], axis=1)[:, terms]
    factors = np.zeros(2)
    factors[terms] = np.linalg.lstsq(design * weights[:, None], values * weights, rcond=None)[0]
    return factors


def _covariance(
    places: np.ndarray, values: np.ndarray, fitted: _Fitted, terms: list[int]
) -> tuple[float, float, float]:
    """Return the covariance of intercept and slope where errors are as large as the values (White's sandwich)."""
    design = np.stack([np.ones_like(places), places], axis=1)[:, terms] * fitted.weights[:, None]
    scatter = design * (fitted.weights * values)[:, None]
    bread = np.linalg.pinv(design.T @ design)
    covariance = np.zeros((2, 2))
    covariance[np.ix_(terms, terms)] = bread @ (scatter.T @ scatter) @ bread
    return float(covariance[0, 0]), float(covariance[0, 1]), float(covariance[1, 1])
