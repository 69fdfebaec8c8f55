"""`mdx separate`: songs in, stems out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mdx.completion import blends_and_plans, model_and_blend_names, one_of
from mdx.options import AsJson, Device
from mdx.progress import add_songs, complete, fill_unknown, follow, progress_bar

if TYPE_CHECKING:
    from separation.batch import BatchOptions, Song
    from separation.plan import Plan
    from separation.separator import Separator

FOLDER_SETTING = "weights_folder"


def separate(
    inputs: Annotated[list[Path], typer.Argument(metavar="SONG", help="Audio files, or folders of them.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="Stems go to FOLDER/song/stem.wav.")
    ] = Path("separated"),
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            autocompletion=model_and_blend_names,
            help="A name from `mdx models list` or `mdx blend list` (default: the kit's own network).",
        ),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(
            metavar="NAME_OR_PLAN",
            autocompletion=blends_and_plans,
            help="A plan file or the name of a blend, instead of a model.",
        ),
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A setting of the model; may be repeated.")
    ] = None,
    stems: Annotated[
        str | None, typer.Option(metavar="STEM,...", help="Write only these, such as vocals,drums.")
    ] = None,
    two_stems: Annotated[
        str | None, typer.Option(metavar="STEM", help="Write this stem and the accompaniment, such as vocals.")
    ] = None,
    device: Device = "auto",
    random_weights: Annotated[
        bool, typer.Option("--random-weights", help="Try a network that is not trained yet: it gives noise.")
    ] = False,
    container: Annotated[
        str,
        typer.Option("--format", metavar="<wav|flac>", autocompletion=one_of("wav", "flac"), help="Kind of the files."),
    ] = "wav",
    encoding: Annotated[
        str | None,
        typer.Option(
            "--subtype",
            metavar="ENCODING",
            autocompletion=one_of("PCM_16", "PCM_24", "FLOAT"),
            help="PCM_16, PCM_24 or FLOAT (default: FLOAT for wav, PCM_24 for flac).",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Separate songs: each becomes a folder of stems.

    A song that fails is reported at the end and does not stop the others (exit code 1).

    Example: `mdx separate SONG --model htdemucs`. More: docs/models.md.
    """
    from audio.stems import ACCOMPANIMENT
    from separation.batch import BatchOptions, plan_songs, two_stem_names
    from separation.factory import create_separator
    from separation.host_memory import keep_freed_memory

    chosen = _choose(model, plan, settings or [])
    if random_weights:
        chosen = chosen.model_copy(update={"random_weights": True})
    given = chosen.stems()
    known = given if two_stems is None else two_stem_names(given, two_stems)
    rest_of = None if ACCOMPANIMENT in given else two_stems
    options = replace(BatchOptions.from_text(output, stems, container, encoding, known), rest_of=rest_of)
    songs = plan_songs(inputs, options)
    fetch_with_bar(chosen, quiet=as_json)
    keep_freed_memory()
    written, failures = _separate_with_bar(create_separator(chosen, device=device), songs, options, quiet=as_json)
    _report(written, failures, as_json=as_json)
    if failures:
        raise typer.Exit(1)


def _choose(model: str | None, plan: Path | None, settings: list[str]) -> Plan:
    """Return the plan that the options name, with their settings over its own."""
    from separation.factory import as_plan

    if model is not None and plan is not None:
        raise typer.BadParameter("Name a model or a plan, not both.", param_hint="--model, --plan")
    chosen = as_plan(plan or model or "default")
    return chosen.with_settings(_read_settings(settings))


def fetch_with_bar(plan: Plan, *, quiet: bool) -> None:
    """Download missing weights where that can be watched; what goes wrong is told when the models are built."""
    from mdx.model_files import fetch_entries
    from models.files.checkpoints import find_weights, network_is_allowed
    from models.registry import model_entry

    if plan.random_weights or not network_is_allowed():
        return
    entries = [model_entry(part.model) for part in plan.parts if FOLDER_SETTING not in part.settings]
    missing = [entry for entry in entries if any(find_weights(file) is None for file in entry.weights)]
    if missing:
        fetch_entries(missing, quiet=quiet)


def _read_settings(texts: list[str]) -> dict[str, Any]:
    """Read `key=value` with values as in a plan."""
    import yaml

    settings = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not key or not equals:
            raise typer.BadParameter(f"It must look like overlap=0.1. Got '{text}'.", param_hint="--set")
        try:
            settings[key] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise typer.BadParameter(f"The value must be valid YAML. Got '{text}'.", param_hint="--set") from error
    return settings


def _separate_with_bar(
    separator: Separator, songs: list[Song], options: BatchOptions, *, quiet: bool
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return what was written, and what failed why, by song."""
    from separation.batch import duration_seconds, separate_song

    written: dict[str, list[str]] = {}
    failures: dict[str, str] = {}
    durations = fill_unknown([duration_seconds(song) for song in songs])
    with progress_bar(quiet=quiet) as bar:
        task = add_songs(bar, durations)
        for song, seconds in zip(songs, durations, strict=True):
            bar.update(task, description=song.target.name)
            step = follow(bar, task, seconds)
            try:
                files = separate_song(separator, song, options, step)
                written[str(song.source)] = [str(file) for file in files]
            except (ValueError, OSError, RuntimeError, MemoryError) as error:
                failures[str(song.source)] = str(error)
            step(1.0)
        complete(bar, task)
    return written, failures


def _report(written: dict[str, list[str]], failures: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"written": written, "failures": failures}, indent=2))
        return
    for source, files in written.items():
        typer.echo(f"'{source}' -> {Path(files[0]).parent}/: {', '.join(Path(file).name for file in files)}")
    for source, reason in failures.items():
        typer.echo(f"FAILED '{source}': {reason}", err=True)
