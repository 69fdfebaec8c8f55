"""`mdx models`: what can separate, what is known of it, and its weight files."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from mdx.completion import model_names
from mdx.help_pages import App
from mdx.model_conversion import convert
from mdx.model_export import export
from mdx.model_files import fetch, verify
from mdx.model_packs import pack, unpack
from mdx.options import AsJson

if TYPE_CHECKING:
    from models.manifest import ModelEntry

_HEADINGS = ("model", "stems", "licence", "board", "MB", "now")
_SIGNS = {True: "!", "unknown": "?", False: ""}
_TEXT_WIDTH = 76
_LEGEND = """\
!      trained on MUSDB18's test songs: its scores on them mean nothing
?      it is unknown whether it was trained on MUSDB18's test songs
stems  first letters of bass, drums, other, vocals, accompaniment
board  the MDX21 leaderboards that its training data allow
MB     size of its weights; ? where that is unknown
now    ready: runs without a network; else what it lacks
`mdx models show NAME` tells all about one; --long adds what each one is."""

models = App(help="List the models, show one, or handle their weight files.\n\nMore: docs/models.md.")


@models.command("list")
def list_all(
    long: Annotated[bool, typer.Option("--long", help="Add what each model is.")] = False, as_json: AsJson = False
) -> None:
    """List the models: what runs now, and what must be downloaded.

    Example: `mdx models list`. More: docs/models.md.
    """
    from models.readiness import describe
    from models.registry import list_models, model_aliases, model_entry

    entries = {name: model_entry(name) for name in list_models()}
    if as_json:
        typer.echo(json.dumps({name: describe(entry) for name, entry in entries.items()}, indent=2))
        return
    _print_table(list(entries.values()), long=long)
    for alias, name in model_aliases().items():
        typer.echo(f"'{alias}' is '{name}'.")


@models.command("show")
def show(
    name: Annotated[
        str, typer.Argument(metavar="NAME", autocompletion=model_names, help="A name from `mdx models list`.")
    ],
    as_json: AsJson = False,
) -> None:
    """Show everything that is known of one model.

    Example: `mdx models show htdemucs`. More: docs/models.md.
    """
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


def _print_table(entries: list[ModelEntry], *, long: bool) -> None:
    families = list(dict.fromkeys(_family(entry) for entry in entries))
    entries = sorted(entries, key=lambda entry: families.index(_family(entry)))
    rows = [_HEADINGS, *map(_cells, entries)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    typer.echo(f"{lines[0]}\n{'-' * max(map(len, lines))}")
    for entry, line in zip(entries, lines[1:], strict=True):
        typer.echo(line)
        if long:
            typer.echo(textwrap.indent(textwrap.fill(entry.summary, _TEXT_WIDTH), "    "))
    typer.echo(f"\n{_LEGEND}")


def _family(entry: ModelEntry) -> str:
    return entry.builder.partition(":")[0]


def _cells(entry: ModelEntry) -> tuple[str, ...]:
    megabytes = entry.approximate_megabytes
    size = "?" if megabytes is None else f"{megabytes:.0f}"
    name = f"{entry.name} {_SIGNS[entry.trained_on_musdb_test]}".rstrip()
    stems = " ".join(stem[0] for stem in entry.stems)
    return (name, stems, entry.licence, " ".join(entry.leaderboards), size if entry.weights else "", _state(entry))


def _state(entry: ModelEntry) -> str:
    """Return what a model lacks, in fewer words than `readiness`."""
    from models.files.checkpoints import find_weights
    from models.readiness import readiness

    state = readiness(entry)
    if state.startswith("downloads"):
        return "partly here" if any(find_weights(file) for file in entry.weights) else "to fetch"
    return state.replace("needs the extra", "extra")
