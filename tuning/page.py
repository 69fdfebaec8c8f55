"""One HTML page about a study, without a network: the figure, the front, all that was tried, and the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from audio.atomic import write_text_atomically
from evaluator.report.assets import compressed_plotly, page_environment, static_files
from tuning.costs import Budget
from tuning.figure import front_figure
from tuning.outcome import Candidate, Outcome, describe_plan
from tuning.table import tally

TEMPLATE = "tuning.html.j2"
SCRIPTS = ("text.js", "tables.js", "plotly.js")
"""Of the report."""


@dataclass(frozen=True)
class Story:
    """What a page tells."""

    outcome: Outcome
    picked: Candidate | None
    """None where none fits, or nothing may be submitted."""
    budget: Budget
    facts: Mapping[str, Any]
    """Name -> value, for the list at the end."""
    plan_text: str | None
    """The plan file as it was written."""
    remark: str | None
    """What speaks against the figures."""


def write_page(path: Path, story: Story) -> None:
    """Write the page, whole or not at all.

    Raises:
        OSError: It cannot be written.
    """
    write_text_atomically(path, render_page(story))


def render_page(story: Story) -> str:
    """Return the page as text."""
    environment = page_environment("tuning")
    environment.filters |= {"described": describe_plan, "in_words": _in_words}
    return environment.get_template(TEMPLATE).render(
        story=story,
        limit_seconds=story.budget.limit.seconds_for(story.budget.song_seconds),
        tally=tally(story.outcome, len(story.outcome.candidates)),
        figure=front_figure(story.outcome, story.picked, story.budget),
        plotly=compressed_plotly(),
        styles=static_files("evaluator.report", ("page.css",)) + static_files("tuning", ("tuning.css",)),
        script=static_files("evaluator.report", SCRIPTS) + static_files("tuning", ("front.js",)),
        written=datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
    )


def _in_words(value: Any) -> str:
    """Return a fact as people write it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {one}" for name, one in value.items())
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)
