"""`mdx score`: score stems that are already on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def score(
    references: Annotated[Path, typer.Argument(help="Folder of songs with their true stems, or one such song.")],
    estimates: Annotated[Path, typer.Argument(help="Folder with the same songs, separated, or one such song.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Compute the challenge's score (MDX SDR) of each song and stem."""
    from rich.console import Console

    from evaluator.results import average_sdr
    from evaluator.scoring import score_folders
    from evaluator.table import score_table

    scores = score_folders(references, estimates)
    mean = average_sdr(scores.values())
    if as_json:
        typer.echo(json.dumps({"songs": scores, "mean": mean}, indent=2))
    else:
        Console().print(score_table(list(scores.items()), mean))
