"""The tables of `mdx compare`: systems by stems, each figure with its interval, each difference with its p-value."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evaluator.comparison.sources import System
from evaluator.comparison.systems import Comparison, Row
from evaluator.metric_catalogue import MDX_SDR
from evaluator.significance import TOO_FEW_SONGS, Difference, Figure, Resampling

FigureT = TypeVar("FigureT", bound=Figure)
SHOWN_SONGS = 3
_NUMBER_WIDTH = 6
_LEGEND = (
    "[yellow]legend[/]  (number of songs); low and high: {confidence:.0%} interval by bootstrap over songs; p: "
    "Wilcoxon's signed-rank test over the songs that both have, not corrected for the number of comparisons"
)


def print_comparisons(
    comparisons: Sequence[Comparison], systems: Sequence[System], resampling: Resampling, console: Console
) -> None:
    """Print a table for each metric, and below them what must be known to read them.

    Args:
        comparisons: One for each metric.
        systems: What was compared.
        resampling: How intervals were drawn.
        console: Where to.
    """
    for comparison in comparisons:
        console.print(_table(comparison))
        console.print()
    if any(_has_interval(row.figures) for comparison in comparisons for row in comparison.rows):
        console.print(_LEGEND.format(confidence=resampling.confidence))
    notes = [note for comparison in comparisons for note in _notes(comparison)]
    for note in dict.fromkeys([*_absences(comparisons, systems), *notes]):
        console.print(f"[yellow]note[/]    {escape(note)}")
    silent = {song: stems for system in systems for song, stems in system.silent_references.items()}
    if silent and any(comparison.metric is MDX_SDR for comparison in comparisons):
        _print_silent_references(silent, console)


def _print_silent_references(silent: Mapping[str, Sequence[str]], console: Console) -> None:
    """Say which songs have silent references: their MDX SDR can outweigh all others."""
    shown = [f"{escape(song)} ({', '.join(stems)})" for song, stems in sorted(silent.items())]
    more = f" and {len(shown) - SHOWN_SONGS} more" if len(shown) > SHOWN_SONGS else ""
    console.print(
        f"[yellow]silent[/]  The true stem is silence in {'; '.join(shown[:SHOWN_SONGS])}{more}. Its MDX SDR is "
        "0 dB at best and measures leakage; the challenge's mean counts it all the same."
    )


def _table(comparison: Comparison) -> Table:
    title = f"{comparison.metric.heading}, {comparison.over_songs} over songs"
    table = Table(title=title, title_justify="left")
    table.add_column("system", overflow="fold")
    for column in comparison.columns:
        table.add_column(column, justify="right", overflow="fold", min_width=_NUMBER_WIDTH)
    for row in comparison.rows:
        for label, cells, style in _lines(row, comparison):
            table.add_row(label, *cells, style=style)
        table.add_section()
    return table


def _lines(row: Row, comparison: Comparison) -> Iterable[tuple[str, list[str], str]]:
    """Yield the lines of one system: label, cells, style."""

    def cells(of: Mapping[str, FigureT], write: Callable[[FigureT], str]) -> list[str]:
        return [write(of[column]) for column in comparison.columns]

    yield f"{escape(row.system)} ({row.songs})", cells(row.figures, lambda figure: _number(figure.value)), "bold"
    if _has_interval(row.figures):
        yield "  low", cells(row.figures, lambda figure: _number(figure.low)), ""
        yield "  high", cells(row.figures, lambda figure: _number(figure.high)), ""
    if row.differences:
        first = escape(comparison.rows[0].system)
        yield f"minus {first} ({row.shared_songs})", cells(row.differences, lambda one: _number(one.value, "+")), "bold"
    if _has_interval(row.differences):
        yield "  low", cells(row.differences, lambda one: _number(one.low, "+")), ""
        yield "  high", cells(row.differences, lambda one: _number(one.high, "+")), ""
        yield "  p", cells(row.differences, _p_value), ""


def _absences(comparisons: Sequence[Comparison], systems: Sequence[System]) -> Iterable[str]:
    """Say which systems are not in all tables."""
    for system in systems:
        absent = [one.metric.name for one in comparisons if not system.scores.get(one.metric.name)]
        if absent:
            yield f"{system.name} has no scores of {', '.join(absent)}"


def _notes(comparison: Comparison) -> Iterable[str]:
    first, *others = comparison.rows
    if not comparison.same_songs:
        yield (
            "the systems have different songs: their averages are not comparable, the differences are, over the songs "
            "that both have"
        )
    yield from (f"{row.system} shares no song with {first.system}" for row in others if not row.shared_songs)
    if comparison.has_few_songs:
        yield TOO_FEW_SONGS


def _has_interval(figures: Mapping[str, Figure]) -> bool:
    return any(not math.isnan(figure.low) for figure in figures.values())


def _number(value: float, sign: str = "") -> str:
    return "-" if math.isnan(value) else f"{value:{sign}.2f}"


def _p_value(difference: Difference) -> str:
    if math.isnan(difference.p_value):
        return "-"
    return "<0.001" if difference.p_value < 0.001 else f"{difference.p_value:.3f}"
