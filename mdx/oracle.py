"""`mdx oracle`: what masks and filters would score that knew the true stems."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mdx.progress import progress_bar

if TYPE_CHECKING:
    from evaluator.tracks import Track
    from oracles.study import Study, StudyPlan


class Mixture(str, Enum):
    """What the oracles separate."""

    FILE = "file"
    SUM = "sum"


def oracle(
    songs: Annotated[
        list[Path], typer.Argument(metavar="SONGS...", help="Songs with their true stems, folders of them, datasets.")
    ],
    oracles: Annotated[
        str | None,
        typer.Option(help="By commas: irm1, irm2, ibm1, ibm2, mpi, mwf, mwf-even, psm, crm; by default all."),
    ] = None,
    windows: Annotated[
        str, typer.Option(metavar="SAMPLES,...", help="Windows of the STFT, by commas.")
    ] = "1024,2048,4096,8192,16384",
    mixture: Annotated[
        Mixture, typer.Option(help="The mixture's file, as a separator gets it, or the sum of the stems.")
    ] = Mixture.FILE,
    definitions: Annotated[
        str, typer.Option(help="kit, or sigsep or mss-oracle: as published code computes its oracles.")
    ] = "kit",
    subset: Annotated[str | None, typer.Option(help="Of a dataset: test (the default), train or valid.")] = None,
    bss_eval: Annotated[bool, typer.Option("--bss-eval", help="Score with BSSEval (museval), too.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A folder for oracles.json, a page, and `mdx compare`.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Score oracles: what a separation could reach at best with a kind of mask or filter, and a transform."""
    from rich.console import Console

    from evaluator.known_songs import find_songs
    from evaluator.writable import check_writable
    from oracles.definitions import find_definitions
    from oracles.document import save_study, study_text
    from oracles.page import write_page
    from oracles.study import StudyPlan
    from oracles.table import print_study
    from separation.host_memory import keep_freed_memory

    chosen = find_definitions(definitions)
    found = chosen.find([name.strip() for name in oracles.split(",")]) if oracles is not None else chosen.oracles
    transforms = [chosen.stft(samples) for samples in _read_windows(windows)]
    tracks = find_songs(songs, subset)
    if output is not None:
        check_writable(output, "The scores", "--output")
    keep_freed_memory()
    study = _run(tracks, StudyPlan(chosen.name, found, transforms, mixture.value, bss_eval), quiet=as_json)
    if as_json:
        typer.echo(study_text(study))
    else:
        print_study(study, Console())
    if output is not None:
        places = save_study(study, output), write_page(study, output)
        if not as_json:
            typer.echo("Scores: {}\nPage:   {}".format(*places))


def _read_windows(text: str) -> list[int]:
    """Read lengths, each once, in the order given."""
    try:
        return list(dict.fromkeys(int(word) for word in text.split(",")))
    except ValueError as error:
        raise typer.BadParameter(f"It must look like 2048,4096. Got '{text}'.", param_hint="--windows") from error


def _run(tracks: list[Track], plan: StudyPlan, *, quiet: bool) -> Study:
    """Score, with a bar that counts every song once for each oracle and transform."""
    from oracles.study import run_study

    with progress_bar(quiet=quiet) as bar:
        task = bar.add_task("Oracles", total=len(tracks) * len(plan.systems))
        return run_study(tracks, plan, lambda song: bar.update(task, description=song, advance=1))
