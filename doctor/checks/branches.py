"""Can the repository be pushed to the challenge's server, from this branch?"""

from __future__ import annotations

from collections.abc import Iterator

from doctor.addresses import host_of
from doctor.checks.commits import TAG_START
from doctor.findings import REMOTE, SERVER, SERVER_ADDRESS, Fault, check, quoted, warning
from doctor.git_facts import GitFacts
from doctor.repository import Repository
from doctor.secrets import has_secret
from doctor.shell import commands_in

SUBMITTED_BRANCHES = ("main", "master")
"""Where submissions are made; the server's branch is `master` for both."""
_PUSHING_SCRIPTS = ("submit.sh", "submit")


@check(
    "remote",
    "A remote leads to the challenge's server",
    why="An evaluation starts where a tag is pushed to your repository on gitlab.aicrowd.com.",
)
def remote(repository: Repository) -> Iterator[Fault]:
    """Find a repository that cannot be submitted yet, or whose usual remote leads elsewhere."""
    git = repository.git
    leading = [name for name, address in git.remotes.items() if host_of(address) == SERVER]
    if REMOTE in leading or (leading and REMOTE not in git.remotes):
        return
    if REMOTE not in git.remotes:
        yield warning(REMOTE, f"No remote leads to {SERVER}.", f"`git remote add {REMOTE} {SERVER_ADDRESS}`")
        return
    other = f"; '{leading[0]}' leads to {SERVER}" if leading else ""
    fix = f", or name the other: `mdx submit --remote {quoted(leading[0])}`" if leading else ""
    yield warning(
        REMOTE,
        f"It leads to {host_of(git.remotes[REMOTE]) or 'a folder of this machine'}{other}.",
        f"{lead(REMOTE, git)}{fix}",
    )


@check(
    "remote-secret",
    "No remote's address holds a password or a token",
    why="It stands in .git/config as plain text, and in every log that shows the address.",
)
def remote_secret(repository: Repository) -> Iterator[Fault]:
    """Find addresses with a secret, without showing it."""
    yield from remote_secrets(repository.git)


@check(
    "pushed-branch",
    "The branch that a script pushes is there",
    why="`git push aicrowd master` fails on a branch that is called main, after everything was committed and tagged.",
)
def pushed_branch(repository: Repository) -> Iterator[Fault]:
    """Find scripts that push a branch which does not exist."""
    branches = repository.git.branches
    for script in filter(repository.has_file, _PUSHING_SCRIPTS):
        for words in commands_in(repository.text(script)):
            pushed = _branch_in(words)
            if branches and pushed in ("master", "main") and pushed not in branches:
                yield Fault(
                    script,
                    f"It pushes the branch '{pushed}'; there is only: {', '.join(branches)}.",
                    f"`git push aicrowd HEAD:{pushed}` in its place, or `git branch {pushed}`.",
                )


@check(
    "whole-history",
    "No earlier commit was left out when the repository was cloned",
    why="A server that lacks those commits refuses the push, and what it has can be neither compared nor merged.",
)
def whole_history(repository: Repository) -> Iterator[Fault]:
    """Find a clone that was made with `--depth`."""
    git = repository.git
    if git.is_shallow:
        yield warning("HEAD", "The clone is shallow: it lacks earlier commits.", f"`{fetch_earlier_commits(git)}`")


@check(
    "branch",
    "HEAD is on a branch",
    why="A commit on no branch is lost as soon as another one is checked out.",
)
def on_branch(repository: Repository) -> Iterator[Fault]:
    """Find a detached HEAD."""
    git = repository.git
    if git.head and git.branch is None:
        merging = f" && git merge {git.head[:12]}" if {*git.branches} & {*SUBMITTED_BRANCHES} else ""
        fix = f"`{switch(git)}{merging}`"
        yield warning("HEAD", "It is on no branch; `mdx submit` works from main or master.", fix)


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
            fix = f"`git branch -m {quoted(branch)} {quoted(name)}`"
            yield warning(branch, f"It is a branch, and begins with '{TAG_START}'.", fix)


def remote_secrets(git: GitFacts) -> Iterator[Fault]:
    """Yield a warning for each address of a remote that holds a secret; the subject is the remote's name."""
    for setting, address in git.addresses:
        if has_secret(address):
            host, name = host_of(address), setting.split(".", 1)[1].rpartition(".")[0]
            without = f"git@{host}:YOUR-NAME/YOUR-REPOSITORY.git"
            fix = f"`git config --replace-all {quoted(setting)} {without}`, and revoke the token."
            yield warning(name, f"Its address for {host} holds a secret.", fix)
    written = {address for _, address in git.addresses}
    for name, address in dict.fromkeys(git.reached):
        if has_secret(address) and address not in written:
            yield warning(
                name,
                "A rule `url.<base>.insteadOf` of git's configuration writes a secret into its address for "
                f"{host_of(address)}.",
                "Revoke the token and remove the rule; this names its file: "
                "`git config --show-origin --get-regexp '^url[.]'`",
            )


def switch(git: GitFacts) -> str:
    """Return the command that leads to a branch from which submissions are made."""
    there = next((name for name in SUBMITTED_BRANCHES if name in git.branches), None)
    return f"git switch {there or f'-c {SUBMITTED_BRANCHES[0]}'}"


def fetch_earlier_commits(git: GitFacts) -> str:
    """Return the command that makes a shallow clone whole; it is mostly from elsewhere than the challenge's server."""
    sources = [name for name in git.remotes if name != REMOTE] or [REMOTE]
    return f"git fetch --unshallow {quoted('origin' if 'origin' in sources else sources[0])}"


def lead(remote: str, git: GitFacts) -> str:
    """Return the command that makes a remote of the clone lead to the challenge's server."""
    settings = [setting for setting, _ in git.addresses if setting.startswith(f"remote.{remote}.")]
    # What is set for pushing alone counts before the other one.
    setting = next((one for one in settings if one.endswith("pushurl")), f"remote.{remote}.url")
    return f"`git config --replace-all {quoted(setting)} {SERVER_ADDRESS}`"


def _branch_in(words: list[str]) -> str | None:
    """Return the branch that a command pushes, if it is one that pushes."""
    if words[:2] != ["git", "push"]:
        return None
    names = [word for word in words[2:] if not word.startswith("-")]
    return names[1] if len(names) > 1 else None


CHECKS = (remote, remote_secret, pushed_branch, whole_history, on_branch, branch_names)
