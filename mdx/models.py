"""`mdx models`: what can separate, what is known of it, and its weight files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from mdx.model_conversion import convert
from mdx.model_export import export
from mdx.model_files import fetch, verify
from mdx.model_packs import pack, unpack

if TYPE_CHECKING:
    from models.manifest import ModelEntry

models = typer.Typer(help="List the models, show one, or handle their weight files.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@models.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the models: what runs now, and what would have to be downloaded."""
    from models.readiness import describe
    from models.registry import list_models, model_aliases, model_entry

    entries = {name: model_entry(name) for name in list_models()}
    if as_json:
        typer.echo(json.dumps({name: describe(entry) for name, entry in entries.items()}, indent=2))
        return
    _print_table(entries)
    for alias, name in model_aliases().items():
        typer.echo(f"'{alias}' is '{name}'.")


@models.command("show")
def show(
    name: Annotated[str, typer.Argument(help="A name from `mdx models list`.")],
    as_json: AsJson = False,
) -> None:
    """Show everything that is known of one model."""
    import yaml

    from models.readiness import describe
    from models.registry import model_entry

    row = describe(model_entry(name))
    typer.echo(json.dumps(row, indent=2) if as_json else yaml.safe_dump(row, sort_keys=False, allow_unicode=True))


models.command("fetch")(fetch)
models.command("verify")(verify)
models.command("convert")(convert)
models.command("pack")(pack)
models.command("unpack")(unpack)
models.command("export")(export)


def _print_table(entries: dict[str, ModelEntry]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD,
        caption="board: the MDX21 leaderboards that its training data allow; ready: runs without a network.",
    )
    table.add_column("model")
    for column in ("licence", "board", "size", "now"):
        table.add_column(column, no_wrap=True)
    for entry in entries.values():
        size, now = _size_and_state(entry)
        table.add_row(_what(entry), entry.licence, " ".join(entry.leaderboards), size, now)
    Console().print(table)


def _what(entry: ModelEntry) -> str:
    from audio.stems import STEMS
    from models.readiness import score_warning

    lines = [f"[bold]{entry.name}[/]", entry.summary]
    if set(entry.stems) != set(STEMS):
        lines.append(f"Stems: {', '.join(entry.stems)}.")
    warning = score_warning(entry)
    if warning:
        lines.append(f"[yellow]Warning: {warning}.[/]")
    return "\n".join(lines)


def _size_and_state(entry: ModelEntry) -> tuple[str, str]:
    """Return the size of all weights, and what is missing, which names its size only where it is another one."""
    from models.readiness import readiness

    megabytes = entry.approximate_megabytes
    if not entry.weights:
        return "", readiness(entry)
    size = "unknown" if megabytes is None else f"{megabytes:.0f} MB"
    return size, readiness(entry).replace(f"downloads {size}", "to fetch").replace("downloads weights", "to fetch")
