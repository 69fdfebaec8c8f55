"""What a fit comes to, as figures over songs: means with standard errors, and gains of the blend on songs left out.

The standard error of a mean says how far it may be off for other songs of the same kind. A gain is a paired difference
on the same songs, which is far surer than either mean (`evaluator.significance`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluator.aggregation import MEAN_OF_STEMS, ScoreMatrix
from evaluator.blend_fit.fitting import BEST, EQUAL, FITTED, LEFT_OUT, BlendFit
from evaluator.significance import USUAL_RESAMPLING, Difference, differences

_EVIDENCE_DECIMALS = 3


@dataclass(frozen=True)
class MeanScore:
    """A mean over songs."""

    value: float
    """In dB; NaN where no song has a score."""
    standard_error: float
    """Of the mean, in dB; NaN with fewer than two songs."""
    songs: int


def mean_scores(fit: BlendFit) -> dict[str, dict[str, MeanScore]]:
    """Return system -> stem, and "mean" of the four stems -> mean over songs."""
    return {name: _means(matrix) for name, matrix in fit.scores.items()}


def gains(fit: BlendFit) -> dict[str, dict[str, Difference]]:
    """Return what the fitted blend gains on songs that it was not fitted to.

    Returns:
        BEST and EQUAL -> stem, and "mean" -> leave-one-out minus that system. FITTED -> the same: what is lost where a
        song was not fitted to.
    """
    found = {
        name: differences(fit.scores[name], fit.scores[LEFT_OUT], "mean", USUAL_RESAMPLING)
        for name in (BEST, EQUAL, FITTED)
    }
    columns = (*fit.measured.stems, MEAN_OF_STEMS)
    return {name: {column: by_column[column] for column in columns} for name, by_column in found.items()}


def as_evidence(fit: BlendFit) -> dict[str, Any]:
    """Return the scores as plain values for a plan or JSON; what has no value is left out."""
    measured = fit.measured
    return {
        "metric": "MDX SDR in dB, mean over songs and its standard error",
        "songs": list(measured.songs),
        "non_negative": fit.rules.non_negative,
        "sum_to_one": fit.rules.sum_to_one,
        "scores": {
            name: {
                column: {"mean": _rounded(one.value), "standard_error": _rounded(one.standard_error)}
                for column, one in by_column.items()
                if math.isfinite(one.value)
            }
            for name, by_column in mean_scores(fit).items()
        },
        "gains_on_songs_left_out": {
            name: {
                column: {"mean": _rounded(one.value), "low": _rounded(one.low), "high": _rounded(one.high)}
                for column, one in by_column.items()
                if math.isfinite(one.value)
            }
            for name, by_column in gains(fit).items()
            if name != FITTED
        },
        "silent": {stem: silent for stem in measured.stems if (silent := measured.silent_songs(stem))},
    }


def _means(matrix: ScoreMatrix) -> dict[str, MeanScore]:
    """Summarise one system; the mean of the stems is that of their means, as `ScoreMatrix` has it."""
    values, by_song = matrix.over_songs("mean"), matrix.of_each_song()
    found = {}
    for column in (*matrix.targets, MEAN_OF_STEMS):
        place = matrix.columns.index(column)
        scored = by_song[np.isfinite(by_song[:, place]), place]
        error = float(scored.std(ddof=1) / math.sqrt(len(scored))) if len(scored) > 1 else math.nan
        found[column] = MeanScore(float(values[place]), error, len(scored))
    return found


def _rounded(value: float) -> float | None:
    return round(value, _EVIDENCE_DECIMALS) if math.isfinite(value) else None
