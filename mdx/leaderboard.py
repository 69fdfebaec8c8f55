"""`mdx leaderboard`: say in aicrowd.json where a submission competes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def leaderboard(
    name: Annotated[str, typer.Argument(help="mdx21-a, mdx21-b, sdx23-a, sdx23-b or sdx23-c.")],
    gpu: Annotated[bool, typer.Option("--gpu", help="Ask for the machine with a GPU (SDX23).")] = False,
    file: Annotated[Path, typer.Option(help="The file to write.")] = Path("aicrowd.json"),
) -> None:
    """Write aicrowd.json for a leaderboard; authors and description stay as they are."""
    from evaluator.leaderboards import write_aicrowd_json

    fields = write_aicrowd_json(file, name, gpu=gpu)
    typer.echo(f"Wrote '{file}':")
    for key, value in fields.items():
        typer.echo(f"  {key}: {value}")
