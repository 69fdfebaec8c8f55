"""The tables of published figures: beside one's own, with their sources."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from audio.stems import ACCOMPANIMENT, STEMS
from evaluator.aggregation import MEAN_OF_STEMS
from evaluator.comparison.published import PublishedTable
from evaluator.metric_catalogue import CATALOGUE


def print_published(table: PublishedTable, console: Console) -> None:
    """Print one table, and below it what a reader must know before comparing."""
    metric = CATALOGUE[table.metric]
    title = f"Published: {metric.heading}, {metric.over_songs} over songs, {table.dataset}"
    printed = Table(title=title, title_justify="left")
    printed.add_column("system", overflow="fold")
    found = {column for row in table.rows for column in row.decibels}
    columns = [column for column in (*STEMS, ACCOMPANIMENT) if column in found]
    for column in (*columns, MEAN_OF_STEMS):
        printed.add_column(column, justify="right", overflow="fold")
    printed.add_column("source", overflow="fold")
    for row in table.rows:
        values = [*(row.decibels.get(column) for column in columns), row.mean()]
        cells = ["-" if value is None else f"{value:.2f}" for value in values]
        system = f"{row.system} ({row.place})" if row.place else row.system
        printed.add_row(escape(system), *cells, escape(row.source))
    console.print(printed)
    console.print(f"[yellow]note[/]    {escape(table.note)}\n")
