"""`mdx models`: what can separate, and what is known of it."""

from __future__ import annotations

import json
from typing import Annotated

import typer

models = typer.Typer(help="List the models, or show one.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@models.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the models."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from models.readiness import readiness
    from models.registry import list_models, model_aliases, model_entry

    entries = {name: model_entry(name) for name in list_models()}
    if as_json:
        typer.echo(json.dumps({name: entry.model_dump(mode="json") for name, entry in entries.items()}, indent=2))
        return
    table = Table(box=box.SIMPLE_HEAD, caption="board: the MDX21 leaderboards that its training data allow")
    table.add_column("model")
    for column in ("licence", "board", "now"):
        table.add_column(column, no_wrap=True)
    for name, entry in entries.items():
        what = f"[bold]{name}[/]\n{entry.summary}"
        table.add_row(what, entry.licence, " ".join(entry.leaderboards), readiness(entry))
    console = Console()
    console.print(table)
    for alias, name in model_aliases().items():
        console.print(f"'{alias}' is '{name}'.")


@models.command("show")
def show(
    name: Annotated[str, typer.Argument(help="A name from `mdx models list`.")],
    as_json: AsJson = False,
) -> None:
    """Show everything that is known of one model."""
    import yaml

    from models.registry import model_entry

    row = model_entry(name).model_dump(mode="json", exclude_none=True)
    typer.echo(json.dumps(row, indent=2) if as_json else yaml.safe_dump(row, sort_keys=False, allow_unicode=True))
