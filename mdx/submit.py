"""`mdx submit`: show what a submission would do, and do it when asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mdx.options import AsJson

if TYPE_CHECKING:
    from submission.proposal import Proposal


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

    Nothing is done, and the exit code is 1, where `mdx doctor` finds an error.

    Example: `mdx submit --yes`. More: docs/submit.md.
    """
    from rich.console import Console

    from doctor.table import print_examination
    from submission.carrying_out import carry_out, check
    from submission.proposal import Request, propose

    proposal = propose(path, Request(remote, tag, message))
    examination = check(proposal)
    if not as_json:
        print_examination(examination, Console())
        _print_proposal(proposal)
    done = yes and examination.passes
    if done:
        carry_out(proposal)
    if as_json:
        outcome = {"proposal": proposal.as_dict(), "doctor": examination.as_dict(), "done": done}
        typer.echo(json.dumps(outcome, indent=2))
    elif done:
        typer.echo(_pushed(proposal))
    elif examination.passes:
        typer.echo("Nothing was changed: --yes does it.")
    if not examination.passes:
        typer.echo("Nothing was changed: mend the errors first.", err=True)
        raise typer.Exit(1)


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
