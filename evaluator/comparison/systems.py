"""Systems side by side: one comparison for each metric, none across two metrics.

Each system's figures are over all its songs; its difference to the first system is over the songs that both have. When
their songs differ, only the differences compare like with like.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from audio import KitError
from evaluator.aggregation import ordered_targets, score_matrix
from evaluator.comparison.sources import System
from evaluator.metric_catalogue import CATALOGUE, Metric, OverSongs
from evaluator.significance import FEWEST_SONGS, USUAL_RESAMPLING, Difference, Figure, Resampling, differences, figures


class ComparisonError(KitError):
    """Systems that have nothing to compare."""


@dataclass(frozen=True)
class Row:
    """One system in one metric."""

    system: str
    songs: int
    figures: Mapping[str, Figure]
    """Column (a target, or the mean or median of the stems) -> average over all its songs."""
    shared_songs: int
    """How many of its songs the first system has too."""
    differences: Mapping[str, Difference]
    """Column -> this system minus the first over the shared songs; empty for the first and where none is shared."""


@dataclass(frozen=True)
class Comparison:
    """All systems that have scores of one metric."""

    metric: Metric
    over_songs: OverSongs
    """How songs were averaged."""
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    same_songs: bool
    """Whether all systems have the same songs."""

    @property
    def has_few_songs(self) -> bool:
        """Whether a row is left without an interval or a test because of its few songs."""
        first, *others = self.rows
        return first.songs < FEWEST_SONGS or any(min(row.songs, row.shared_songs) < FEWEST_SONGS for row in others)

    def as_dict(self) -> dict[str, Any]:
        """Lay it out for JSON, null for what is not known."""
        return {
            "label": self.metric.label,
            "unit": self.metric.unit,
            "higher_is_better": self.metric.higher_is_better,
            "definition": self.metric.definition,
            "over_songs": self.over_songs,
            "same_songs": self.same_songs,
            "systems": [_without_nan(asdict(row)) for row in self.rows],
        }


def compare(
    systems: Sequence[System],
    metrics: Sequence[Metric] = tuple(CATALOGUE.values()),
    over_songs: OverSongs | None = None,
    resampling: Resampling = USUAL_RESAMPLING,
) -> list[Comparison]:
    """Compare systems in every metric that one of them has.

    Args:
        systems: The first is the one that the others are compared with, in each metric the first that has scores.
        metrics: Which metrics to take.
        over_songs: "mean" or "median" over songs; by default what is usual for the metric.
        resampling: How intervals are drawn.

    Raises:
        ComparisonError: No system has scores of these metrics.
    """
    comparisons = [
        _compare_in(metric, scored, over_songs or metric.over_songs, resampling)
        for metric in metrics
        if (scored := [system for system in systems if system.scores.get(metric.name)])
    ]
    if not comparisons:
        raise ComparisonError(
            f"A comparison needs scores of {', '.join(metric.name for metric in metrics)}. "
            f"Got none in {', '.join(system.name for system in systems)}. "
            "Score songs that have references, or name other metrics."
        )
    return comparisons


def _compare_in(metric: Metric, systems: Sequence[System], over_songs: OverSongs, resampling: Resampling) -> Comparison:
    by_system = [system.scores[metric.name] for system in systems]
    targets = ordered_targets(by_system)
    first = by_system[0]
    rows = []
    for system, scores in zip(systems, by_system, strict=True):
        own = score_matrix(scores, sorted(scores), targets)
        shared = sorted(first.keys() & scores.keys())
        of_first, of_other = (score_matrix(one, shared, targets) for one in (first, scores))
        is_compared = scores is not first and shared
        rows.append(
            Row(
                system=system.name,
                songs=len(scores),
                figures=figures(own, over_songs, resampling),
                shared_songs=len(shared),
                differences=differences(of_first, of_other, over_songs, resampling) if is_compared else {},
            )
        )
    same_songs = all(scores.keys() == first.keys() for scores in by_system)
    return Comparison(metric, over_songs, own.columns, tuple(rows), same_songs)


def _without_nan(value: Any) -> Any:
    """Replace NaN by None throughout."""
    if isinstance(value, Mapping):
        return {key: _without_nan(item) for key, item in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value
