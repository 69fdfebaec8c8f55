"""`mdx data`: look at a dataset before training with it, and make it fast to read."""

from __future__ import annotations

import itertools
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mdx.completion import one_of
from mdx.help_pages import App
from mdx.options import AsJson
from mdx.progress import progress_bar

if TYPE_CHECKING:
    from training.datasets.activity import StemSummary
    from training.datasets.cache import CacheSettings, Copy
    from training.datasets.findings import Report

data = App(help="Check a dataset for training, cache it, or show what it holds.\n\nMore: docs/training.md.")

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The dataset's folder.")]
LayoutName = Annotated[
    str | None,
    typer.Option("--layout", metavar="NAME", help="How it lies on disk, such as musdb18 (default: found out)."),
]
CacheFolder = Annotated[
    Path | None, typer.Option("--cache", metavar="FOLDER", help="Where copies go (default: the user's cache).")
]


@data.command("check")
def check(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER", help="Folders of datasets, checked as one.")],
    layout: LayoutName = None,
    as_json: AsJson = False,
) -> None:
    """Decode every file, and list what is wrong.

    Errors apart from warnings. Exits with 1 when there is an error.

    Example: `mdx data check songs`. More: docs/training.md.
    """
    from audio.datasets.layouts import find_tracks, layout_of
    from training.datasets.checks import check_tracks, make_report

    layouts = [layout_of(folder, layout) for folder in folders]
    found = [(find_tracks(folder, one), one.expected) for folder, one in zip(folders, layouts, strict=True)]
    with progress_bar(quiet=as_json) as bar:
        checks = itertools.chain.from_iterable(check_tracks(tracks, expected) for tracks, expected in found)
        checked = bar.track(checks, total=sum(len(tracks) for tracks, _ in found), description="Checking")
        report = make_report(" + ".join(one.name for one in layouts), checked)
    if as_json:
        typer.echo(json.dumps(report.as_document(), indent=2))
    else:
        _print_report(report)
    if not report.ok:
        raise typer.Exit(1)


@data.command("cache")
def cache(
    folder: Folder,
    layout: LayoutName = None,
    cache_folder: CacheFolder = None,
    encoding: Annotated[
        str,
        typer.Option(
            metavar="<int16|float32>",
            autocompletion=one_of("int16", "float32"),
            help="int16 is half the size; float32 clips nothing.",
        ),
    ] = "int16",
    sample_rate: Annotated[int, typer.Option("--rate", metavar="HZ", min=1, help="Of the copies.")] = 44_100,
    everything: Annotated[bool, typer.Option("--all", help="Also what can be read as it is, such as WAV.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how much there is to do.")] = False,
) -> None:
    """Make decoded copies of what cannot be read in parts.

    Containers, other rates. It goes on where it was stopped.

    Example: `mdx data cache FOLDER --rate RATE`. More: docs/training.md.
    """
    from audio.datasets.opening import open_dataset
    from training.datasets.cache import CacheSettings, default_cache_folder, plan_cache

    target = cache_folder or default_cache_folder(folder)
    settings = CacheSettings(target, sample_rate, encoding, everything)  # type: ignore[arg-type]  # checked by it
    copies = plan_cache(open_dataset(folder, layout), settings)
    if not copies:
        typer.echo(f"Every file can be read in parts at {sample_rate} Hz: no copies are needed (--all makes them).")
        return
    missing = [copy for copy in copies if not copy.done]
    typer.echo(
        f"{len(copies)} copies in '{target}', {_gigabytes(sum(copy.size_bytes for copy in copies))}; "
        f"{len(missing)} to make, {_gigabytes(sum(copy.size_bytes for copy in missing))}."
    )
    if not dry_run and missing:
        _build(copies, settings)


@data.command("stats")
def stats(folder: Folder, layout: LayoutName = None, cache_folder: CacheFolder = None, as_json: AsJson = False) -> None:
    """Show the tracks, and how much of each stem is sound.

    Levels are kept: training chooses chunks with sound by them.

    Example: `mdx data stats FOLDER`. More: docs/training.md.
    """
    from audio.datasets.opening import open_dataset
    from training.datasets.activity import (
        ActivityTable,
        activity_path,
        load_activity,
        measure_dataset,
        save_activity,
        summarise,
    )
    from training.datasets.cache import default_cache_folder

    dataset = open_dataset(folder, layout)
    path = activity_path(cache_folder or default_cache_folder(folder))
    known, files = load_activity(path), sum(len(track.files) for track in dataset.tracks)
    table = ActivityTable(dict(known.stems))
    save_activity(path, table)  # What cannot be written must show before the work.
    try:
        with progress_bar(quiet=as_json) as bar:
            for key, stem in bar.track(measure_dataset(dataset, known), total=files, description="Measuring"):
                table.stems[key] = stem
    finally:  # What was measured before Ctrl-C need not be measured again.
        save_activity(path, table)
    rows = summarise(dataset, table)
    if as_json:
        tracks = [
            {"name": track.name, "split": track.split, "seconds": track.duration_seconds, "stems": track.stems}
            for track in dataset.tracks
        ]
        document = {
            "layout": dataset.layout,
            "activity": str(path),
            "stems": [asdict(row) for row in rows],
            "tracks": tracks,
        }
        typer.echo(json.dumps(document, indent=2))
    else:
        _print_stats(rows)
        typer.echo(f"Levels: {path}")


def _build(copies: list[Copy], settings: CacheSettings) -> None:
    from training.datasets.cache import build_cache

    clipped: dict[str, int] = {}
    with progress_bar(quiet=False) as bar:
        task = bar.add_task("Decoding", total=sum(copy.samples for copy in copies if not copy.done))
        for copy, samples in build_cache(copies, settings):
            bar.advance(task, copy.samples)
            if samples:
                clipped[f"'{copy.stem}' of '{copy.track}'"] = samples
    if clipped:
        worst = max(clipped, key=lambda name: clipped[name])
        typer.echo(
            f"{sum(clipped.values())} samples of {len(clipped)} stems were clipped at full scale, most of them "
            f"({clipped[worst]}) in {worst}; --encoding float32 keeps them."
        )


def _gigabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.2f} GB"


def _print_report(report: Report) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from training.datasets.findings import ERROR, WARNING

    console = Console()
    if report.findings:
        table = Table(box=box.SIMPLE_HEAD)
        for column in ("", "track", "stem", "what"):
            table.add_column(column)
        for finding in report.findings:
            style = "bold red" if finding.level == ERROR else "yellow"
            level = Text(finding.level, style=style)
            table.add_row(level, Text(finding.track), finding.stem, Text(f"{finding.code}: {finding.message}"))
        console.print(table)
    splits = ", ".join(f"{count} {split}" for split, count in report.tracks.items())
    typer.echo(
        f"Layout {report.layout}, tracks: {splits}, {report.seconds / 3600:.2f} h. "
        f"Errors: {len(report.of(ERROR))}. Warnings: {len(report.of(WARNING))}."
    )


def _print_stats(rows: list[StemSummary]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD, caption="sounds: share of frames over -50 dBFS; level: mean power where it does."
    )
    for column in ("split", "stem"):
        table.add_column(column)
    for column in ("tracks", "hours", "sounds", "level"):
        table.add_column(column, justify="right")
    for row in rows:
        share, level = f"{row.active_share:.0%}", f"{row.level_dbfs:.1f} dBFS"
        table.add_row(row.split, row.stem, str(row.tracks), f"{row.hours:.2f}", share, level)
    Console().print(table)
