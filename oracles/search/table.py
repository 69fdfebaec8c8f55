"""What `mdx oracle search` prints: the best candidates beside the references, the best for each stem, how to use it."""

from __future__ import annotations

from rich.console import Console

from audio import STEMS
from evaluator.metric_table import number_cells
from oracles.search.outcome import Candidate, Outcome
from oracles.search.request import Scores
from oracles.summary import COLUMNS
from oracles.table import new_table, titled

SHOWN = 10


def print_outcome(outcome: Outcome, console: Console) -> None:
    """Print tables, then the lines that use the best candidate."""
    _print_best(outcome, console)
    _print_stems(outcome, console)
    if outcome.importances:
        shares = ", ".join(f"{name} {share:.0%}" for name, share in outcome.importances.items())
        console.print(f"What the score depends on: {shares}.")
    best = outcome.ranked[0]
    console.print(f"\nUse it: mdx oracle SONGS... --transforms {best.option}", soft_wrap=True, highlight=False)
    console.print(f"In Python: {best.setting}", soft_wrap=True, highlight=False)


def gains(outcome: Outcome) -> dict[str, float]:
    """Return for each reference how far the best candidate is above it in the mean, in dB."""
    best = outcome.ranked[0].scores["mean"]
    return {name: best - scores["mean"] for name, scores in outcome.references.items()}


def _print_best(outcome: Outcome, console: Console) -> None:
    asked = outcome.asked
    title = f"MDX SDR (dB), oracle {asked['oracle']}, mixture: {asked['mixture']}; {len(outcome.candidates)} trials"
    table = new_table(("trial", "transform"), COLUMNS)
    for one in outcome.ranked[:SHOWN]:
        table.add_row(str(one.number), one.transform, *_cells(one.scores))
    table.add_section()
    for name, scores in outcome.references.items():
        table.add_row("", name, *_cells(scores))
    console.print(titled(title, table))
    above = ", ".join(f"{gain:+.2f} dB against {name}" for name, gain in gains(outcome).items())
    console.print(f"The best: {above}.", highlight=False)


def _print_stems(outcome: Outcome, console: Console) -> None:
    bests: dict[str, Candidate | None] = {stem: outcome.best_of(stem) for stem in STEMS}
    table = new_table(("stem", "transform"), COLUMNS)
    for stem, best in bests.items():
        if best is not None:
            table.add_row(stem, best.transform, *_cells(best.scores))
    console.print(titled("The best for each stem", table))


def _cells(scores: Scores) -> list[str]:
    return number_cells(scores[column] for column in COLUMNS)
