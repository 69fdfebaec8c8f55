"""What `mdx oracle` prints: for each transform the oracles over all songs, and each song."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console, Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from evaluator.metric_catalogue import MDX_SDR, Metric
from evaluator.metric_table import number_cells
from oracles.study import Study, System
from oracles.summary import COLUMNS, of_all, of_song, over_songs


def print_study(study: Study, console: Console) -> None:
    """Print tables, which stems were left out, and which songs have no mixture of their own."""
    console.print(_overall_table(study))
    for metric in study.plan.metrics:
        if metric is not MDX_SDR:
            console.print(_other_table(study, metric))
    songs = next(iter(study.scores.values()))
    if len(songs) > 1:
        for transform in study.plan.transforms:
            console.print(_song_table(study, transform.name))
    for score in songs:
        for stem in score.silent_references:
            console.print(f"[yellow]silent[/]  {escape(score.name)}: the true {stem} is silence and is left out.")
    for name in study.without_mixture_file:
        console.print(f"[yellow]sum[/]  {escape(name)}: it has no file of the mixture; the sum of its stems is taken.")


def titled(title: str, table: Table) -> Group:
    """Put a title above a table, which may be narrower than it."""
    return Group(Text(title, style="italic"), table)


def new_table(names: Sequence[str], columns: Sequence[str]) -> Table:
    """Begin a table so narrow that all oracles fit beside each other in 80 columns."""
    table = Table(box=box.SIMPLE, padding=(0, 1, 0, 0))
    for name in names:
        table.add_column(name, overflow="fold", min_width=len(name))
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _overall_table(study: Study) -> Group:
    songs = len(next(iter(study.scores.values())))
    of_what = f"mean over {songs} songs" if songs > 1 else "of one song"
    table = new_table(("transform", "oracle"), COLUMNS)
    for system, scores in study.scores.items():
        table.add_row(system.transform, system.oracle, *number_cells(of_all(scores).values()))
        _end_section(table, study, system)
    return titled(f"MDX SDR (dB), {of_what}; mixture: {study.plan.mixture}", table)


def _other_table(study: Study, metric: Metric) -> Group:
    averages = over_songs(study, metric)
    columns = tuple(next(iter(averages.values())))
    table = new_table(("transform", "oracle"), columns)
    for system, average in averages.items():
        table.add_row(system.transform, system.oracle, *number_cells(average.values()))
        _end_section(table, study, system)
    return titled(f"{metric.heading}, {metric.over_songs} over songs", table)


def _song_table(study: Study, transform: str) -> Group:
    oracles = list(study.plan.oracles)
    table = new_table(("song",), oracles)
    by_oracle = [study.scores[System(oracle, transform)] for oracle in oracles]
    for scores in zip(*by_oracle, strict=True):
        table.add_row(escape(scores[0].name), *number_cells(of_song(score)["mean"] for score in scores))
    return titled(f"MDX SDR (dB), mean of the stems; {transform}", table)


def _end_section(table: Table, study: Study, system: System) -> None:
    """Draw a line below the last oracle of a transform."""
    if system.oracle == list(study.plan.oracles)[-1]:
        table.add_section()
