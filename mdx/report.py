"""`mdx report`: write the page that shows and plays the results of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer


def report(
    results: Annotated[
        Path, typer.Argument(metavar="RESULTS", help="A results.json of `mdx evaluate`, or its folder.")
    ] = Path("data/results"),
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help="Where the page goes (default: report.html beside results.json)."
        ),
    ] = None,
    audio: Annotated[
        Literal["link", "embed", "none"],
        typer.Option(help="link: play the files on disk; embed: MP3 inside the page; none: silent."),
    ] = "link",
    audio_cap_mb: Annotated[
        float,
        typer.Option(metavar="MB", min=0, help="With embed: how much sound the page may hold; other songs are linked."),
    ] = 64.0,
    data: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Songs with true stems (default: where the run had them).")
    ] = None,
) -> None:
    """Write the results of a run as one HTML page.

    It opens without a network.

    Example: `mdx report --audio embed --audio-cap-mb 100`. More: docs/report.md.
    """
    from evaluator.report.player_data import PlayerOptions
    from evaluator.report.writing import write_report

    options = PlayerOptions(audio, int(audio_cap_mb * 1e6), data)
    page = write_report(results, out, options)
    typer.echo(f"Report: {page}")
