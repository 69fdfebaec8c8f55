"""How sure a difference is: bootstrap intervals over songs, and paired tests of two systems on the same songs.

Songs are what was drawn at random, so songs are what is drawn again, all stems of a song together (Efron, Tibshirani,
"An Introduction to the Bootstrap", 1993, percentile intervals: they hold for medians too). Two systems are compared on
the songs that both have: the interval is of the difference of their averages, the p-value that of Wilcoxon's
signed-rank test over the songs' differences, two-sided, without a correction for the number of comparisons.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from evaluator.aggregation import ScoreMatrix
from evaluator.metric_catalogue import OverSongs

FEWEST_SONGS = 6
"""With fewer, Wilcoxon's test cannot reach p < 0.05 whatever the scores, and an interval says more about the songs."""
TOO_FEW_SONGS = (
    f"with fewer than {FEWEST_SONGS} songs no interval and no test is meaningful: one more song could turn the result"
)


@dataclass(frozen=True)
class Resampling:
    """How intervals are drawn; the same settings give the same intervals."""

    confidence: float = 0.95
    resamples: int = 2000
    seed: int = 0


USUAL_RESAMPLING = Resampling()


@dataclass(frozen=True)
class Figure:
    """A number, and how sure it is."""

    value: float
    """NaN where no song has a score."""
    low: float
    """Lower end of the interval, NaN with fewer than FEWEST_SONGS songs."""
    high: float
    songs: int
    """How many songs have a score."""


@dataclass(frozen=True)
class Difference(Figure):
    """A system's average minus that of the first, over the songs in which both have a score."""

    p_value: float
    """Of Wilcoxon's signed-rank test, NaN with fewer than FEWEST_SONGS songs."""


def figures(matrix: ScoreMatrix, how: OverSongs, resampling: Resampling) -> dict[str, Figure]:
    """Average over songs, with intervals.

    Returns:
        Column of the matrix -> figure.
    """
    values = matrix.over_songs(how)
    intervals = _intervals(lambda chosen: matrix.over_songs(how, chosen), len(matrix.songs), resampling)
    songs = _scored_songs(matrix.of_each_song())
    return {
        column: Figure(float(values[index]), *_if_enough(intervals[index], songs[index]), songs[index])
        for index, column in enumerate(matrix.columns)
    }


def differences(
    first: ScoreMatrix, other: ScoreMatrix, how: OverSongs, resampling: Resampling
) -> dict[str, Difference]:
    """Compare a system with the first.

    Args:
        first: Scores of the first system.
        other: Scores of the other, of the same songs and targets in the same order.
        how: "mean" or "median" over songs.
        resampling: How intervals are drawn.

    Returns:
        Column of the matrices -> the other minus the first.

    Raises:
        ValueError: Different songs or targets.
    """
    if (first.songs, first.targets) != (other.songs, other.targets):
        raise ValueError("Two systems must be compared on the same songs and targets. Got different ones.")
    missing = np.isnan(first.values) | np.isnan(other.values)
    pair = [ScoreMatrix(one.songs, one.targets, np.where(missing, np.nan, one.values)) for one in (first, other)]

    def difference(chosen: np.ndarray | None = None) -> np.ndarray:
        return pair[1].over_songs(how, chosen) - pair[0].over_songs(how, chosen)

    by_song = pair[1].of_each_song() - pair[0].of_each_song()
    values, intervals = difference(), _intervals(difference, len(first.songs), resampling)
    songs = _scored_songs(by_song)
    return {
        column: Difference(
            float(values[index]),
            *_if_enough(intervals[index], songs[index]),
            songs[index],
            _wilcoxon(by_song[:, index]),
        )
        for index, column in enumerate(first.columns)
    }


def _intervals(statistic: Callable[[np.ndarray], np.ndarray], songs: int, resampling: Resampling) -> np.ndarray:
    """Return the percentile interval of each column of the statistic, shape (columns, 2).

    Resamples in which a column has no scored song say nothing about it and are left out.
    """
    if songs < FEWEST_SONGS:
        return np.full((len(statistic(np.arange(songs))), 2), np.nan)
    with warnings.catch_warnings():
        # A column without scores has no interval; that it is NaN says so.
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        resampled = stats.bootstrap(
            (np.arange(songs),),
            lambda chosen, axis: np.moveaxis(statistic(chosen), -1, 0),
            n_resamples=resampling.resamples,
            method="percentile",
            vectorized=True,
            rng=np.random.default_rng(resampling.seed),
        ).bootstrap_distribution
        tail = (1.0 - resampling.confidence) / 2.0
        return np.asarray(np.nanquantile(resampled, [tail, 1.0 - tail], axis=-1)).T


def _wilcoxon(by_song: np.ndarray) -> float:
    scored = by_song[np.isfinite(by_song)]
    if len(scored) < FEWEST_SONGS:
        return math.nan
    if not scored.any():
        return 1.0
    return float(stats.wilcoxon(scored, zero_method="zsplit").pvalue)


def _scored_songs(by_song: np.ndarray) -> list[int]:
    return [int(count) for count in np.isfinite(by_song).sum(axis=0)]


def _if_enough(interval: np.ndarray, songs: int) -> tuple[float, float]:
    return (float(interval[0]), float(interval[1])) if songs >= FEWEST_SONGS else (math.nan, math.nan)
