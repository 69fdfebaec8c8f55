"""What `mdx blend fit` prints: scores with error bars, weights, and what the figures say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evaluator.aggregation import MEAN_OF_STEMS
from evaluator.blend_fit.fitting import BEST, EQUAL, FEWEST_SONGS, FITTED, LEFT_OUT, BlendFit
from evaluator.blend_fit.summary import MeanScore, gains, mean_scores
from evaluator.significance import TOO_FEW_SONGS, USUAL_RESAMPLING, Difference

_WORTH_TELLING = 0.005
"""A difference in dB that two decimals show."""


def print_fit(fit: BlendFit, console: Console) -> None:
    """Print the scores, the weights, and sentences on both."""
    console.print(_score_table(fit))
    console.print(_weight_table(fit))
    for note in _notes(fit):
        console.print(f"[yellow]note[/]  {escape(note)}")


def _score_table(fit: BlendFit) -> Table:
    songs = len(fit.measured.songs)
    title = f"MDX SDR (dB), mean over {songs} songs ± standard error" if songs > 1 else "MDX SDR (dB) of one song"
    table = _new_table(title)
    columns = (*fit.measured.stems, MEAN_OF_STEMS)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    for name, scores in mean_scores(fit).items():
        if name == BEST:
            table.add_section()
        cells = [_cell(scores[column]) for column in columns]
        table.add_row(escape(name), *cells, style="bold" if name == LEFT_OUT else "")
    return table


def _new_table(title: str) -> Table:
    """Begin a table so narrow that five figures with their errors fit beside a name in 80 columns."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE, padding=(0, 1, 0, 0))
    table.add_column("", overflow="fold")
    return table


def _weight_table(fit: BlendFit) -> Table:
    table = _new_table("Weights")
    for stem in fit.measured.stems:
        table.add_column(stem, justify="right", no_wrap=True)
    for place, member in enumerate(fit.measured.members):
        table.add_row(escape(member), *(_weight_cell(fit, stem, place) for stem in fit.measured.stems))
    return table


def _weight_cell(fit: BlendFit, stem: str, member: int) -> str:
    if member not in fit.measured.givers[stem]:
        return "-"
    return " ".join(f"{weight:.2f}" for weight in fit.weights[stem][member])


def _cell(score: MeanScore) -> str:
    if math.isnan(score.value):
        return "-"
    return f"{score.value:.2f}" if math.isnan(score.standard_error) else f"{score.value:.2f}±{score.standard_error:.2f}"


def _notes(fit: BlendFit) -> Iterator[str]:
    """Say what the figures mean, the most important first."""
    songs = len(fit.measured.songs)
    if songs < FEWEST_SONGS:
        yield (
            "Leave-one-out needs two songs or more. With one, nothing tells what these weights give on other songs; "
            "they fit this one. Name more songs."
        )
        return
    found = gains(fit)
    for name in (BEST, EQUAL):
        yield f"On songs that it was not fitted to, the blend gains over {name}: {_gain(found[name])}."
    better = [name for name in (BEST, EQUAL) if found[name][MEAN_OF_STEMS].value < 0]
    if better:
        yield f"That is a loss: use {' or '.join(better)}, fewer members, --sum-to-one, or more songs."
    lost = -found[FITTED][MEAN_OF_STEMS].value
    if lost > _WORTH_TELLING:
        yield f"On the songs that it was fitted to, it shows {lost:.2f} dB more than on others: that much is overfit."
    if math.isnan(found[BEST][MEAN_OF_STEMS].low):
        yield f"There are no intervals: {TOO_FEW_SONGS}."
    silent = [f"{stem} {len(names)}" for stem in fit.measured.stems if (names := fit.measured.silent_songs(stem))]
    if silent:
        yield f"Songs in which a true stem is silent are left out for this stem: {', '.join(silent)} of {songs}."


def _gain(by_column: Mapping[str, Difference]) -> str:
    """Word the mean gain over stems, with its interval where there is one, and those of the stems."""
    mean = by_column[MEAN_OF_STEMS]
    sure = USUAL_RESAMPLING.confidence
    interval = "" if math.isnan(mean.low) else f" ({sure:.0%}: {mean.low:+.2f} to {mean.high:+.2f})"
    stems = [
        f"{column} {one.value:+.2f}"
        for column, one in by_column.items()
        if column != MEAN_OF_STEMS and math.isfinite(one.value)
    ]
    return f"{mean.value:+.2f} dB{interval}; {', '.join(stems)}"
