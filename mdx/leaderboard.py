"""`mdx leaderboard`: say in aicrowd.json where a submission competes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mdx.completion import one_of

NAMES = ("mdx21-a", "mdx21-b", "sdx23-a", "sdx23-b", "sdx23-c")


def leaderboard(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            autocompletion=one_of(*NAMES),
            help=f"{', '.join(NAMES[:-1])} or {NAMES[-1]}.",
        ),
    ],
    gpu: Annotated[bool, typer.Option("--gpu", help="Ask for the machine with a GPU (SDX23).")] = False,
    file: Annotated[Path, typer.Option(metavar="FILE", help="The file to write.")] = Path("aicrowd.json"),
) -> None:
    """Write aicrowd.json for a leaderboard.

    Authors and description stay as they are.

    Example: `mdx leaderboard mdx21-b`. More: docs/submit.md.
    """
    from submission.leaderboard_file import write_aicrowd_json

    fields = write_aicrowd_json(file, name, gpu=gpu)
    typer.echo(f"Wrote '{file}':")
    for key, value in fields.items():
        typer.echo(f"  {key}: {value}")
