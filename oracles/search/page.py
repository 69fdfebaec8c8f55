"""The page of a search: what was found, what mattered, and every trial, in one HTML file that needs no network."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from audio import STEMS
from audio.atomic import write_text_atomically
from evaluator.report.assets import compressed_plotly, page_environment, static_files
from evaluator.score_files import null_for_nan
from oracles.page import SCRIPTS
from oracles.search.figures import AXES, importance_figure, score_figure
from oracles.search.outcome import Outcome
from oracles.search.table import gains
from oracles.summary import COLUMNS


def write_page(outcome: Outcome, path: Path) -> None:
    """Write the page, whole or not at all.

    Raises:
        OSError: It cannot be written.
    """
    write_text_atomically(path, render_page(outcome))


def render_page(outcome: Outcome) -> str:
    """Return the page as text."""
    styles = static_files("evaluator.report", ("page.css",)) + static_files("oracles", ("oracles.css", "search.css"))
    template = page_environment("oracles", "evaluator.report").get_template("search.html.j2")
    return template.render(
        asked=outcome.asked,
        best=outcome.ranked[0],
        gains=gains(outcome),
        columns=COLUMNS,
        references=[(name, null_for_nan(scores)) for name, scores in outcome.references.items()],
        bests=[(stem, best, null_for_nan(best.scores)) for stem in ("mean", *STEMS) if (best := outcome.best_of(stem))],
        ranked=[(one, null_for_nan(one.scores)) for one in outcome.ranked],
        importances=importance_figure(outcome),
        plots={against: score_figure(outcome, against) for against in AXES},
        plotly=compressed_plotly(),
        styles=styles,
        script=static_files("evaluator.report", SCRIPTS),
        written=datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
    )
