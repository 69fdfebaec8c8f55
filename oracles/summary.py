"""The numbers of a study that tables, pages and files show: of each song and of all, without what is silent."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from audio import STEMS
from evaluator.aggregation import ordered_targets, score_matrix
from evaluator.metric_catalogue import Metric
from evaluator.metrics import mean_sdr
from evaluator.results import average_sdr
from evaluator.scoring import SongScore, mean_of_heard
from oracles.study import Study, System

COLUMNS = (*STEMS, "mean")


def of_song(score: SongScore) -> dict[str, float]:
    """Return a song's MDX SDR in each of `COLUMNS`, NaN where a stem is silent; the mean goes over the others."""
    heard = score.heard()
    return {column: heard.get(column, math.nan) for column in STEMS} | {"mean": mean_sdr(heard) if heard else math.nan}


def of_all(scores: Sequence[SongScore]) -> dict[str, float]:
    """Return the mean MDX SDR over songs in each of `COLUMNS`, for a stem over the songs in which it sounds."""
    means: Mapping[str, float] = mean_of_heard(scores) or {}
    if not any(score.silent_references for score in scores):
        means = average_sdr(score.sdr for score in scores) or {}
    return {column: means.get(column, math.nan) for column in COLUMNS}


def over_songs(study: Study, metric: Metric) -> dict[System, dict[str, float]]:
    """Return each system's average over songs of a metric other than MDX SDR: target, mean and median -> score."""
    by_system = {
        system: {score.name: score.others[metric.name] for score in scores} for system, scores in study.scores.items()
    }
    targets = ordered_targets(by_system.values())
    matrices = {system: score_matrix(songs, songs, targets) for system, songs in by_system.items()}
    return {
        system: dict(zip(matrix.columns, matrix.over_songs(metric.over_songs).tolist(), strict=True))
        for system, matrix in matrices.items()
    }
