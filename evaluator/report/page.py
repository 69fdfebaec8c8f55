"""The parts of the report put together: the templates' variables, and the page as text.

What every page has, whatever it shows, is in `evaluator.report.assets`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import yaml

from audio import STEMS
from evaluator.frame_scores import METRICS, FrameScores
from evaluator.report import figures
from evaluator.report.assets import compressed_plotly, page_environment, static_files
from evaluator.report.player_data import SongPlayer
from evaluator.report.run import Run
from evaluator.report.worst import worst_seconds, worst_songs
from evaluator.scoring import SongScore, mean_of_heard

SCRIPTS = (
    "text.js",
    "deck.js",
    "pictures.js",
    "lanes.js",
    "player.js",
    "keyboard.js",
    "tables.js",
    "plotly.js",
    "figures.js",
)
STYLES = ("page.css", "player.css")
TEMPLATE = "report.html.j2"


@dataclass(frozen=True)
class BoxPlots:
    """The figures of one group, by the name of their metric; None where there is nothing to draw."""

    sdr: str | None
    songs: Mapping[str, str | None]
    seconds: Mapping[str, str | None]

    @property
    def any(self) -> bool:
        """Whether the page needs plotly."""
        return any((self.sdr, *self.songs.values(), *self.seconds.values()))


def render_page(run: Run, frames: Mapping[str, FrameScores], players: Sequence[SongPlayer]) -> str:
    """Write the page.

    Args:
        run: The run.
        frames: Song -> its frame scores, for those that have some.
        players: The songs as the player takes them, in the order of the run.
    """
    plots = _box_plots(run, frames)
    environment = page_environment("evaluator.report")
    environment.filters |= {"clock": clock, "percent": percent, "plain_yaml": _plain_yaml}
    return environment.get_template(TEMPLATE).render(
        run=run,
        players=players,
        plots=plots,
        plotly=compressed_plotly() if plots.any else None,
        styles=static_files("evaluator.report", STYLES),
        script=static_files("evaluator.report", SCRIPTS),
        written=datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        **_scores(run, frames),
    )


def clock(seconds: float) -> str:
    """Print a position in a song as minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def percent(share: float) -> str:
    """Print a share, 1 being all, with a decimal where it is small."""
    return f"{share:.1%}" if share < 0.1 else f"{share:.0%}"


def _scores(run: Run, frames: Mapping[str, FrameScores]) -> dict[str, Any]:
    """Return the templates' variables that are computed from scores."""
    songs = [SongScore(song.name, song.sdr, song.silent_references) for song in run.songs]
    return {
        "stems": STEMS,
        "targets": figures.TARGETS,
        "metrics": METRICS,
        "model": _what_separated(run.plan or {}),
        "scored": sum(song.sdr is not None for song in songs),
        "heard": mean_of_heard(songs),
        "failed": [song for song in run.songs if not song.ok],
        "has_worst": bool(frames) or any(song.sdr for song in songs),
        "worst_songs": {stem: worst_songs(run.songs, stem) for stem in STEMS},
        "worst_seconds": {stem: worst_seconds(frames, stem) for stem in STEMS},
    }


def _what_separated(plan: Mapping[str, Any]) -> str | None:
    """Return the name of the model or of the published blend that a plan names."""
    named = plan.get("model") or plan.get("blend")
    return named if named is None or isinstance(named, str) else "a blend"


def _box_plots(run: Run, frames: Mapping[str, FrameScores]) -> BoxPlots:
    return BoxPlots(
        figures.sdr_over_songs(run.songs),
        {metric: figures.bss_eval_over_songs(run.songs, metric) for metric in METRICS},
        {metric: figures.bss_eval_over_seconds(frames, metric) for metric in METRICS},
    )


def _plain_yaml(value: Mapping[str, Any]) -> str:
    return str(yaml.safe_dump(dict(value), sort_keys=False, allow_unicode=True))
