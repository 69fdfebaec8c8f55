"""`mdx submit`: show what a submission would do, and do it when asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mdx.options import AsJson
from mdx.own_code import as_examination, error_of_import, print_broken_kit

if TYPE_CHECKING:
    from doctor.examination import Examination
    from submission.proposal import Proposal, Request

_OWN_CODE = ("doctor.table", "submission.carrying_out", "submission.proposal")
_NOTHING_DONE: dict[str, Any] = {"proposal": None, "doctor": None, "done": False, "committed": False, "error": None}
"""What --json prints where nothing is known; its keys are always there."""


def submit(
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="Your clone of this repository.")] = Path(),
    remote: Annotated[str, typer.Option(metavar="NAME", help="The remote to push to.")] = "aicrowd",
    tag: Annotated[str | None, typer.Option(metavar="NAME", help="The tag (default: the next submission-vN).")] = None,
    message: Annotated[
        str | None,
        typer.Option(
            "--message", "-m", metavar="TEXT", help="First commit all that is not committed, with this message."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it, instead of only showing it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what a submission would tag and push; with --yes, do it.

    Exit code 1: `mdx doctor` finds an error, and nothing is done. 2: it is refused, or git or the server refuses.

    Example: `mdx submit --yes`. More: docs/submit.md.
    """
    if broken := error_of_import(_OWN_CODE):
        _tell_broken_kit(as_examination(path, broken), as_json=as_json)
        raise typer.Exit(1) from broken
    from audio.errors import KitError
    from submission.proposal import Request

    outcome = dict(_NOTHING_DONE)
    try:
        _attempt(path, Request(remote, tag, message), outcome, yes=yes, as_json=as_json)
    except KitError as error:
        outcome["error"] = str(error)
        raise
    finally:
        if as_json:
            typer.echo(json.dumps(outcome, indent=2))


def _attempt(path: Path, request: Request, outcome: dict[str, Any], *, yes: bool, as_json: bool) -> None:
    """Go as far as it goes, and keep in the outcome what scripts are told of it."""
    from submission.carrying_out import carry_out, check, has_committed
    from submission.proposal import propose

    proposal = propose(path, request)
    outcome["proposal"] = proposal.as_dict()
    examination = check(proposal)
    outcome["doctor"] = examination.as_dict()
    if not as_json:
        _show(examination, proposal)
    if not examination.passes:
        typer.echo("Nothing was changed: mend the errors first.", err=True)
        raise typer.Exit(1)
    if yes:
        try:
            carry_out(proposal)
            outcome["done"] = True
        finally:
            outcome["committed"] = has_committed(proposal)
    if not as_json:
        typer.echo(_pushed(proposal) if yes else "Nothing was changed: --yes does it.")


def _tell_broken_kit(examination: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        (finding,) = examination["findings"]
        typer.echo(json.dumps({**_NOTHING_DONE, "doctor": examination, "error": finding["finding"]}, indent=2))
    else:
        print_broken_kit(examination)


def _show(examination: Examination, proposal: Proposal) -> None:
    from rich.console import Console

    from doctor.table import print_examination

    print_examination(examination, Console())
    _print_proposal(proposal)


def _print_proposal(proposal: Proposal) -> None:
    from doctor.git_program import printable
    from submission.server import BRANCH

    server = proposal.server
    lines = [f"warning: {remark}" for remark in proposal.remarks]
    if proposal.message is not None:
        lines.append(f"commit, as '{proposal.message}':")
        lines += [f"  {change}" for change in proposal.changes]
    if proposal.new_in_lfs:
        lines.append(f"hand to git-lfs, in .gitattributes: {', '.join(proposal.new_in_lfs)}")
    lines.append(f"tag: {proposal.tag}")
    lines.append(f"push to {server.remote} ({server.address}):")
    commits = f"{proposal.commits} new commit{'s' * (proposal.commits != 1)}"
    lines.append(f"  {proposal.branch} to {BRANCH}, {commits}, and {proposal.tag}")
    if proposal.lfs_files:
        lines.append(f"  files in git-lfs: {', '.join(proposal.lfs_files)}")
    typer.echo(printable("\n".join(lines)))


def _pushed(proposal: Proposal) -> str:
    return (
        f"Pushed {proposal.tag}. Its evaluation appears among the issues of your repository on the server of "
        f"'{proposal.server.remote}'."
    )
