"""`mdx models fetch` and `mdx models verify`: bring weight files here, and prove that they are the published ones."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mdx.completion import names_and_plans
from mdx.options import AsJson
from mdx.weight_progress import follow_download, weight_bar

if TYPE_CHECKING:
    from rich.progress import Progress

    from models.files.verification import CheckedFile
    from models.manifest import ModelEntry, WeightFile

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME", autocompletion=names_and_plans, help="Names of models or blends, or plan files."),
]


def fetch(
    names: Names = None,
    everything: Annotated[bool, typer.Option("--all", help="All models.")] = False,
    as_json: AsJson = False,
) -> None:
    """Download weight files into the cache.

    A download that broke off is continued. Exits with 1 when one failed.

    Example: `mdx models fetch htdemucs`. More: docs/models.md.
    """
    report: list[dict[str, Any]] = []
    for entry in named_entries(names, everything):
        files = fetch_entries([entry], quiet=as_json)
        report.append({"model": entry.name, "licence": entry.licence, "files": files})
        if not as_json:
            _print_fetched(entry, files)
    if as_json:
        typer.echo(json.dumps(report, indent=2))
    else:
        _print_how_to_get([model["model"] for model in report if any("missing" in file for file in model["files"])])
    if any("error" in file for model in report for file in model["files"]):
        raise typer.Exit(1)


def fetch_entries(entries: list[ModelEntry], *, quiet: bool) -> list[dict[str, Any]]:
    """Fetch the weight files of some models under a progress bar.

    Returns:
        What became of each file: where it is, whether it was there before, or the error.
    """
    with weight_bar(quiet=quiet) as bar:
        return [_fetch_file(entry, file, bar) for entry in entries for file in entry.weights]


def verify(names: Names = None, as_json: AsJson = False) -> None:
    """Check the weight files that are here against their checksums.

    Exits with 1 when one is wrong.

    Example: `mdx models verify`. More: docs/models.md.
    """
    from models.files.verification import verify_weights

    checked = verify_weights(named_entries(names, everything=not names))
    if as_json:
        typer.echo(json.dumps([{**asdict(file), "path": file.path and str(file.path)} for file in checked], indent=2))
    else:
        _print_checked(checked, list_absent=bool(names))
    if any(file.status == "wrong" for file in checked):
        raise typer.Exit(1)


def named_entries(names: list[str] | None, everything: bool) -> list[ModelEntry]:
    """Return the rows of some models, each once; a blend or a plan file stands for the models that it runs.

    Raises:
        UnknownModelError: A name is not known.
        PlanError: A plan file is unreadable or breaks its schema.
        typer.BadParameter: Neither names nor all are asked for, or both.
    """
    from models.registry import list_models, model_entry

    if everything == bool(names):
        raise typer.BadParameter("Name models, or ask for --all (not both).", param_hint="NAME")
    entries = [model_entry(model) for name in names or list_models() for model in _models_of(name)]
    return list({entry.name: entry for entry in entries}.values())


def _models_of(name: str) -> list[str]:
    from models.registry import list_models, model_aliases

    if name in {*list_models(), *model_aliases()}:
        return [name]
    # Loads torch, which models' names do not need.
    from separation.factory import as_plan

    return [part.model for part in as_plan(name).parts]


def _fetch_file(entry: ModelEntry, file: WeightFile, bar: Progress) -> dict[str, Any]:
    from models.errors import ModelError
    from models.files.checkpoints import MissingWeightError, find_weights, locate_weights
    from models.files.verification import standing_of

    was_here = find_weights(file) is not None
    try:
        with follow_download(bar, file.name) as on_progress:
            path = locate_weights(entry.name, file, on_progress=on_progress)
        standing = standing_of(path, file)
    except MissingWeightError as error:
        return {"file": file.name, "error": str(error), "missing": error.fact}
    except (ModelError, OSError) as error:
        return {"file": file.name, "error": str(error)}
    proven = "published" if standing == "ok" else standing
    return {"file": file.name, "path": str(path), "was_here": was_here, "hash": proven, "bytes": path.stat().st_size}


def _print_fetched(entry: ModelEntry, files: list[dict[str, Any]]) -> None:
    typer.echo(f"{entry.name}: licence {entry.licence}; trained on: {entry.training_data}")
    if not files:
        typer.echo("  needs no weights")
    for file in files:
        if "error" in file:
            typer.echo(f"  FAILED {file['file']}: {file.get('missing', file['error'])}", err=True)
            continue
        verb = "was here" if file["was_here"] else "fetched"
        doubt = "" if file["hash"] == "published" else f" (no published hash: {file['hash']})"
        typer.echo(f"  {verb}: {file['path']} ({file['bytes'] / 1e6:.1f} MB){doubt}")


def _print_how_to_get(models: list[str]) -> None:
    from models.files.checkpoints import how_to_get, weight_folders

    if models:
        typer.echo(how_to_get(models, weight_folders()), err=True)


def _print_checked(checked: list[CheckedFile], *, list_absent: bool) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    shown = [file for file in checked if list_absent or file.status != "absent"]
    console = Console()
    if shown:
        table = Table(box=box.SIMPLE_HEAD)
        for column in ("model", "file", "state", "compared with", "folder"):
            table.add_column(column, overflow="fold")
        for file in shown:
            folder = "" if file.path is None else _short(file.path.parent)
            table.add_row(file.model, file.file, _STATES[file.status], file.proof, folder)
        console.print(table)
    for problem in dict.fromkeys(file.problem for file in shown if file.problem):
        typer.echo(problem, err=True)
    typer.echo(_counted(checked))


_STATES = {
    "ok": "[green]ok[/]",
    "trusted on first use": "[yellow]trusted on first use[/]",
    "recorded by hand": "[yellow]recorded by hand[/]",
    "unproven": "[yellow]unproven[/]",
    "wrong": "[bold red]wrong[/]",
    "absent": "absent",
}


def _counted(checked: list[CheckedFile]) -> str:
    """Count files, of which several models may share one, and say what to do about those that are absent."""
    files = {(file.file, file.path): file.status for file in checked}
    counts = {status: sum(found == status for found in files.values()) for status in _STATES}
    text = ", ".join(f"{count} {status}" for status, count in counts.items() if count) or "no weight files needed"
    lacking = list(dict.fromkeys(file.model for file in checked if file.status == "absent"))
    if not lacking:
        return text
    return f"{text} (`mdx models fetch {lacking[0] if len(lacking) == 1 else 'NAME'}` downloads them)"


def _short(folder: Path) -> str:
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)
