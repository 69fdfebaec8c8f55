"""`mdx doctor`: what would make a submission fail, found before it is pushed."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mdx.options import AsJson

if TYPE_CHECKING:
    from doctor.examination import Examination


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
    try:
        examination = _examine(path, challenge)
    except (ImportError, SyntaxError) as error:
        # The kit that runs is usually the clone that is examined, and its code may be what is broken.
        _tell_broken_kit(path, error, as_json=as_json)
        raise typer.Exit(1) from error
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


def _tell_broken_kit(path: Path, error: ImportError | SyntaxError, *, as_json: bool) -> None:
    """Print the one finding that stands before all others, without what cannot be imported."""
    subject = getattr(error, "filename", None) or getattr(error, "name", None) or "mdx"
    finding = f"The kit's own code cannot be imported: {type(error).__name__}: {error}"
    verdict = "Not to be submitted yet. No other check could be made."
    fix = "Mend the file; `git diff` shows what was changed, `make test` sets up the environment."
    if as_json:
        row: dict[str, Any] = {"check": "kit", "level": "error", "subject": subject, "finding": finding, "fix": fix}
        row["why"] = "The submission imports the same code."
        document = {"path": str(path), "challenge": None, "passes": False, "verdict": verdict}
        typer.echo(json.dumps({**document, "findings": [row], "checks": []}, indent=2))
    else:
        typer.echo(f"error {subject} (kit)\n  {finding}\n  fix: {fix}\n{verdict}")
