"""Can the repository be pushed to the challenge's server, from this branch?"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from doctor.checks.commits import TAG_START
from doctor.findings import SERVER, Fault, check, warning
from doctor.repository import Repository
from doctor.secrets import has_secret
from doctor.shell import commands_in

_PUSHING_SCRIPTS = ("submit.sh", "submit")


@check(
    "remote",
    "A remote leads to the challenge's server",
    why="An evaluation starts where a tag is pushed to your repository on gitlab.aicrowd.com.",
)
def remote(repository: Repository) -> Iterator[Fault]:
    """Find a repository that cannot be submitted yet."""
    if not any(SERVER in url for url in repository.git.remotes.values()):
        yield warning(
            "aicrowd",
            f"No remote leads to {SERVER}.",
            f"`git remote add aicrowd git@{SERVER}:YOUR-NAME/YOUR-REPOSITORY.git`",
        )


@check(
    "remote-secret",
    "No remote's address holds a password or a token",
    why="It stands in .git/config as plain text, and in every log that shows the address.",
)
def remote_secret(repository: Repository) -> Iterator[Fault]:
    """Find addresses with a secret, without showing it."""
    for name, url in repository.git.addresses:
        if has_secret(url):
            host = urlsplit(url).hostname
            yield warning(
                name,
                f"Its address for {host} holds a secret.",
                f"`git remote set-url {name} git@{host}:YOUR-NAME/YOUR-REPOSITORY.git`, and revoke the token.",
            )


@check(
    "pushed-branch",
    "The branch that a script pushes is there",
    why="`git push aicrowd master` fails on a branch that is called main, after everything was committed and tagged.",
)
def pushed_branch(repository: Repository) -> Iterator[Fault]:
    """Find scripts that push a branch which does not exist."""
    branches = repository.git.branches
    for script in filter(repository.has, _PUSHING_SCRIPTS):
        for words in commands_in(repository.text(script)):
            pushed = _branch_in(words)
            if branches and pushed in ("master", "main") and pushed not in branches:
                yield Fault(
                    script,
                    f"It pushes the branch '{pushed}'; there is only: {', '.join(branches)}.",
                    f"`git push aicrowd HEAD:{pushed}` in its place, or `git branch {pushed}`.",
                )


@check(
    "branch",
    "HEAD is on a branch",
    why="A commit on no branch is lost as soon as another one is checked out.",
)
def on_branch(repository: Repository) -> Iterator[Fault]:
    """Find a detached HEAD."""
    if repository.git.head and repository.git.branch is None:
        yield warning("HEAD", "It is on no branch.", "`git switch -c my-model`")


@check(
    "branch-names",
    "No branch is called like a submission's tag",
    why="A branch starts no evaluation, and git cannot tell which of the two `git push aicrowd submission-...` means.",
)
def branch_names(repository: Repository) -> Iterator[Fault]:
    """Find branches with the name of a tag."""
    for branch in repository.git.branches:
        if branch.startswith(TAG_START):
            name = branch.removeprefix(TAG_START) or "model"
            yield warning(branch, f"It is a branch, and begins with '{TAG_START}'.", f"`git branch -m {branch} {name}`")


def _branch_in(words: list[str]) -> str | None:
    """Return the branch that a command pushes, if it is one that pushes."""
    if words[:2] != ["git", "push"]:
        return None
    names = [word for word in words[2:] if not word.startswith("-")]
    return names[1] if len(names) > 1 else None


CHECKS = (remote, remote_secret, pushed_branch, on_branch, branch_names)
