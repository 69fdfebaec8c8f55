"""Where a submission goes, and what was submitted there before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from doctor.checks.branches import remote_secrets
from doctor.checks.commits import TAG_START
from doctor.findings import REMOTE, SERVER_ADDRESS
from doctor.git_facts import GitFacts
from doctor.git_program import ask_git, lines_of
from submission.errors import SubmitError
from submission.git_actions import server_references

BRANCH = "master"


@dataclass(frozen=True)
class Server:
    """A remote, as it answered."""

    remote: str
    """Its name in the clone."""
    address: str
    """Where it is pushed to; it holds no secret."""
    tip: str | None
    """The commit of its branch `master`; None before the first push."""
    tags: Mapping[str, str]
    """Each submission's tag -> its commit."""

    def tags_of(self, commit: str) -> tuple[str, ...]:
        """Return the tags under which a commit was submitted."""
        return tuple(tag for tag, tagged in self.tags.items() if tagged == commit)


def ask_server(root: Path, git: GitFacts, remote: str) -> Server:
    """Ask a remote what it has.

    Args:
        root: The clone.
        git: What git knows of it.
        remote: The name of one of its remotes.

    Raises:
        SubmitError: There is no such remote, its address holds a secret, or it cannot be asked.
    """
    if remote not in git.remotes:
        raise SubmitError(
            f"A submission must go to a remote of the clone. Got '{remote}', which is none of: "
            f"{', '.join(git.remotes) or 'no remotes'}. `git remote add {REMOTE} {SERVER_ADDRESS}`, or name another "
            "with --remote."
        )
    for secret in remote_secrets(git):
        if secret.subject == remote:
            raise SubmitError(
                f"The address of a remote must hold no password or token. Got one in that of '{remote}', which is not "
                f"shown here. {secret.finding} {secret.fix}"
            )
    pushed_to = lines_of(ask_git(root, "remote", "get-url", "--push", "--all", remote))
    if len(pushed_to) != 1:
        raise SubmitError(
            f"A submission must go to one address. Got {len(pushed_to)} for '{remote}': name a remote that has one."
        )
    branch, tags = f"refs/heads/{BRANCH}", "refs/tags/"
    found = server_references(root, pushed_to[0], branch, f"{tags}{TAG_START}*")
    submitted = {name.removeprefix(tags): oid for name, oid in found.items() if name.startswith(tags)}
    return Server(remote, pushed_to[0], found.get(branch), submitted)
