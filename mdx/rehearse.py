"""`mdx rehearse`: what the grader would do with the committed submission, done here."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mdx.doctor import ChallengeChoice
from mdx.options import MEMORY_LIMIT, AsJson, Limit, Songs

if TYPE_CHECKING:
    from rehearsal.rehearse import RehearsalOptions


class EnvironmentKind(str, Enum):
    """With which packages."""

    fresh = "fresh"
    current = "current"


def rehearse(
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="Your clone of this repository.")] = Path("."),
    challenge: Annotated[
        ChallengeChoice, typer.Option(help="Whose grader; auto: as the committed aicrowd.json says.")
    ] = ChallengeChoice.AUTO,
    environment: Annotated[
        EnvironmentKind, typer.Option(help="fresh: what the grader would install; current: that of this program.")
    ] = EnvironmentKind.fresh,
    docker: Annotated[bool, typer.Option("--docker", help="Build the Dockerfile, and run in a container.")] = False,
    data: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Songs, or a dataset (default: data/test, else the sample tracks)."),
    ] = None,
    song: Songs = None,
    limit: Limit = "round2",
    memory_gb: Annotated[float, MEMORY_LIMIT] = 16.0,
    cpus: Annotated[int, typer.Option(metavar="NUMBER", min=1, help="How many the submission may use.")] = 4,
    output: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the report, the logs and the stems go.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the temporary folder, to look into it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Grade the committed submission as the challenge would.

    Clone HEAD, install what the grader would, run run.sh as it does, and judge. Exits with 1 when it would fail.

    Example: `mdx rehearse --output rehearsed --keep`. More: docs/submit.md.
    """
    from rehearsal.rehearse import RehearsalOptions
    from separation.limits import parse_limit

    options = RehearsalOptions(
        path=path,
        limit=parse_limit(limit),
        challenge=None if challenge is ChallengeChoice.AUTO else challenge.value,
        environment="docker" if docker else environment.value,
        cpus=cpus,
        memory_limit_bytes=int(memory_gb * 1e9),
        data=data,
        songs=song,
        output=output,
        keep=keep,
    )
    if not _perform(options, as_json=as_json):
        raise typer.Exit(1)


def _perform(options: RehearsalOptions, *, as_json: bool) -> bool:
    """Rehearse, naming each step as it begins; print the report; return whether it passed."""
    from rich.console import Console

    from rehearsal.rehearse import rehearse as perform
    from rehearsal.table import print_report

    steps = Console(stderr=True, quiet=as_json)
    report = perform(options, lambda name: steps.print(name, style="dim", highlight=False, markup=False))
    if as_json:
        typer.echo(report.as_json())
    else:
        print_report(report, Console())
    return report.ok
