"""`mdx doctor`: what would make a submission fail, found before it is pushed."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mdx.options import AsJson
from mdx.own_code import as_examination, error_of_import, print_broken_kit

if TYPE_CHECKING:
    from doctor.examination import Examination

_OWN_CODE = ("doctor.catalogue", "doctor.examination", "doctor.table")


class ChallengeChoice(str, Enum):
    """What the command line takes."""

    AUTO = "auto"
    MDX21 = "mdx21"
    SDX23 = "sdx23"


def doctor(
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="Your clone of this repository.")] = Path(),
    challenge: Annotated[
        ChallengeChoice, typer.Option(help="Where it is submitted to; auto: as aicrowd.json says.")
    ] = ChallengeChoice.AUTO,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show the checks that pass, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find what would make a submission fail.

    Flags, plan, weights, git, image, packages, code. Exits with 1 when something is wrong.

    Example: `mdx doctor --verbose`. More: docs/submit.md.
    """
    if error := error_of_import(_OWN_CODE):
        broken = as_examination(path, error)
        typer.echo(json.dumps(broken, indent=2)) if as_json else print_broken_kit(broken)
        raise typer.Exit(1) from error
    examination = _examine(path, challenge)
    if as_json:
        typer.echo(json.dumps(examination.as_dict(), indent=2))
    else:
        from rich.console import Console

        from doctor.table import print_examination

        print_examination(examination, Console(), verbose=verbose)
    if not examination.passes:
        raise typer.Exit(1)


def _examine(path: Path, challenge: ChallengeChoice) -> Examination:
    from doctor.catalogue import CHECKS
    from doctor.examination import examine
    from doctor.findings import Challenge
    from doctor.repository import Repository

    asked = None if challenge is ChallengeChoice.AUTO else Challenge(challenge.value)
    return examine(Repository(path, asked), CHECKS)
