"""`mdx score`: score stems that are already on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def score(
    references: Annotated[Path, typer.Argument(help="Songs with their true stems, one such song, or a dataset.")],
    estimates: Annotated[Path, typer.Argument(help="Folder with the same songs, separated, or one such song.")],
    subset: Annotated[str | None, typer.Option(help="Of a dataset: test (the default), train or valid.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Compute the challenge's score (MDX SDR) of each song and stem."""
    from rich.console import Console

    from evaluator.results import average_sdr
    from evaluator.scoring import mean_of_heard, score_folders
    from evaluator.table import print_scores

    scores = score_folders(references, estimates, subset)
    if not as_json:
        print_scores(scores, Console())
        return
    printed = {
        "songs": {score.name: score.sdr for score in scores},
        "mean": average_sdr(score.sdr for score in scores),
        "silent_references": {score.name: score.silent_references for score in scores if score.silent_references},
        "mean_without_silent_references": mean_of_heard(scores),
    }
    typer.echo(json.dumps(printed, indent=2, allow_nan=False))
