"""`mdx models convert`: weight files from pickles to safetensors, once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mdx.completion import names_and_plans
from mdx.model_files import named_entries
from mdx.options import AsJson

if TYPE_CHECKING:
    from models.manifest import ModelEntry, WeightFile


def convert(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME", autocompletion=names_and_plans, help="Names of models or blends, or plan files."
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Convert weight files that are here to safetensors.

    They are loaded in their place from then on. Exits with 1 when one could not be converted.

    Example: `mdx models convert umxhq`. More: docs/models.md.
    """
    report = [
        {"model": entry.name, **_convert_file(entry, file)}
        for entry in named_entries(names, everything=False)
        for file in entry.weights
    ]
    if as_json:
        typer.echo(json.dumps(report, indent=2))
    else:
        for line in report:
            typer.echo(_sentence(line), err="error" in line)
        if not report:
            typer.echo("no weight files needed")
    if any("error" in line for line in report):
        raise typer.Exit(1)


def _convert_file(entry: ModelEntry, file: WeightFile) -> dict[str, Any]:
    from models.conversion import convert_weights
    from models.errors import ModelError

    try:
        done = convert_weights(entry, file)
    except (ModelError, OSError) as error:
        return {"file": file.name, "error": str(error)}
    if done.path is None:
        return {"file": file.name, "nothing_to_convert": done.reason}
    return {"file": file.name, "path": str(done.path), "was_here": done.was_here, "bytes": done.path.stat().st_size}


def _sentence(line: dict[str, Any]) -> str:
    if "error" in line:
        return f"FAILED {line['file']}: {line['error']}"
    if "path" not in line:
        return f"{line['model']}: nothing to convert in {line['file']}: {line['nothing_to_convert']}"
    verb = "was here" if line["was_here"] else "converted"
    return f"{line['model']}: {verb}: {line['path']} ({line['bytes'] / 1e6:.1f} MB)"
