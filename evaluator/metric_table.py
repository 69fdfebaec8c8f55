"""The table of one metric that is not the challenge's: songs by targets, then their average."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evaluator.aggregation import ordered_targets, score_matrix
from evaluator.metric_catalogue import Metric
from evaluator.scoring import SongScore


def print_metric(metric: Metric, scores: Sequence[SongScore], console: Console) -> None:
    """Print a metric's score of each song, and of all songs when there are several.

    Args:
        metric: Which one; it must be among those computed.
        scores: The songs.
        console: Where to.
    """
    songs = {score.name: score.others[metric.name] for score in scores}
    matrix = score_matrix(songs, songs, ordered_targets([songs]))
    table = Table(title=metric.heading, title_justify="left")
    table.add_column("song", overflow="fold")
    for column in matrix.columns:
        table.add_column(column, justify="right", overflow="fold", min_width=5)
    for song, values in zip(matrix.songs, matrix.of_each_song(), strict=True):
        table.add_row(escape(song), *number_cells(values))
    if len(scores) > 1:
        table.add_section()
        average = matrix.over_songs(metric.over_songs)
        table.add_row(f"{metric.over_songs} of songs", *number_cells(average), style="bold")
    console.print(table)


def number_cells(values: Iterable[float]) -> list[str]:
    """Write numbers with two decimals, and a dash for NaN."""
    return ["-" if math.isnan(value) else f"{value:.2f}" for value in values]
