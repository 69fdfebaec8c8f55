"""Write the report of a run: results.json in, one HTML page out."""

from __future__ import annotations

from pathlib import Path

from audio import KitError
from audio.atomic import write_text_atomically
from evaluator.report.page import render_page
from evaluator.report.player_data import PlayerOptions, song_players
from evaluator.report.run import read_frames, read_run
from evaluator.results import RESULTS_NAME
from evaluator.writable import check_writable

REPORT_NAME = "report.html"


class ReportError(KitError):
    """A page cannot be where it was asked to."""


def write_report(results: Path, page: Path | None = None, options: PlayerOptions | None = None) -> Path:
    """Write the page.

    Args:
        results: A results.json, or the folder that holds it; the estimates and frame scores are beside it.
        page: Where the page goes; by default report.html beside results.json.
        options: How the page gets its sound; by default through links.

    Returns:
        The path of the page.

    Raises:
        ResultsError: There is no readable results.json.
        ReportError: The page would replace a folder.
        OSError: The page cannot be written.
    """
    path = results / RESULTS_NAME if results.is_dir() else results
    page = page or path.parent / REPORT_NAME
    run = read_run(path)
    _check_place(page)
    frames = read_frames(run, path.parent)
    players = song_players(run, frames, path.parent, page, options or PlayerOptions())
    write_text_atomically(page, render_page(run, frames, players))
    return page


def _check_place(page: Path) -> None:
    if page.is_dir():
        raise ReportError(f"The page must be a file. Got the folder '{page}'. Name a file with --out, as in page.html.")
    check_writable(page.parent, "The page", "--out")
