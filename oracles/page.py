"""The page of a study: tables and box plots in one HTML file that opens without a network."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from audio.atomic import write_text_atomically
from audio.stems import ACCOMPANIMENT, STEMS
from evaluator.metric_catalogue import BSSEVAL
from evaluator.report.assets import compressed_plotly, page_environment, static_files
from evaluator.score_files import null_for_nan
from oracles.definitions import TITLES
from oracles.document import naming_the_folder
from oracles.figures import FAR_ABOVE, sdr_figure, seconds_figure
from oracles.study import Study
from oracles.summary import COLUMNS, of_all, of_song, over_songs

PAGE_NAME = "oracles.html"
SCRIPTS = ("text.js", "tables.js", "plotly.js", "figures.js")


def write_page(study: Study, folder: Path) -> Path:
    """Write the page.

    Returns:
        Its path.

    Raises:
        OracleError: The folder cannot be written.
    """
    path = folder / PAGE_NAME
    with naming_the_folder(folder):
        write_text_atomically(path, render_page(study))
    return path


def render_page(study: Study) -> str:
    """Return the page as text."""
    styles = static_files("evaluator.report", ("page.css",)) + static_files("oracles", ("oracles.css",))
    template = page_environment("oracles", "evaluator.report").get_template("oracles.html.j2")
    return template.render(
        plan=study.plan,
        without_mixture_file=study.without_mixture_file,
        left_out=study.left_out,
        titles=TITLES,
        songs=[score.name for score in next(iter(study.scores.values()))],
        columns=COLUMNS,
        overall=[(system, null_for_nan(of_all(scores))) for system, scores in study.scores.items()],
        each_song=[
            (score.name, system, null_for_nan(of_song(score)))
            for system, scores in study.scores.items()
            for score in scores
        ],
        far_above=FAR_ABOVE,
        plots={column: sdr_figure(study, column) for column in ("mean", *STEMS)},
        bss_eval=[_bss_eval(study, part) for part in BSSEVAL] if study.plan.bss_eval else [],
        plotly=compressed_plotly(),
        styles=styles,
        script=static_files("evaluator.report", SCRIPTS),
        written=datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
    )


def _bss_eval(study: Study, part: str) -> dict[str, Any]:
    """Return the template's variables of a part of BSSEval."""
    averages = over_songs(study, BSSEVAL[part])
    columns = list(next(iter(averages.values())))
    targets = [column for column in columns if column in (*STEMS, ACCOMPANIMENT)]
    return {
        "part": part,
        "columns": columns,
        "rows": [(system, null_for_nan(average)) for system, average in averages.items()],
        "plots": {target: seconds_figure(study, part, target) for target in targets},
    }
