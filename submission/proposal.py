"""What a submission would commit, tag and push: put together without writing anything, or refused with the reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from doctor.addresses import host_of
from doctor.checks.branches import SUBMITTED_BRANCHES, fetch_earlier_commits, lead, switch
from doctor.checks.commits import TAG_START
from doctor.findings import REMOTE, SERVER, UnreadableError
from doctor.git_facts import GitFacts
from doctor.git_program import ask_git, lines_of
from doctor.repository import Repository
from doctor.secret_files import commit_all
from submission.changes import Change, listed, read_changes, refuse_without_lfs
from submission.errors import SubmitError
from submission.server import BRANCH, Server, ask_server

_NUMBERED = re.compile(rf"{TAG_START}v(\d+)(\.\d+)*")


@dataclass(frozen=True)
class Request:
    """What the user asks for."""

    remote: str = REMOTE
    tag: str | None = None
    """None for the next free number."""
    message: str | None = None
    """Of a commit of everything that is not in HEAD; None to have none made."""


@dataclass(frozen=True)
class Proposal:
    """What would be done."""

    root: Path
    head: str
    """The commit that it starts from."""
    branch: str
    """The clone's."""
    server: Server
    tag: str
    message: str | None
    """Of the commit that comes first; None where nothing is to be committed."""
    changes: tuple[Change, ...]
    """What it holds."""
    commits: int
    """How many the server's branch lacks, that one among them."""
    lfs_files: tuple[str, ...]
    """All files that git-lfs would hold."""
    remarks: tuple[str, ...] = ()
    """What to think about first."""

    @property
    def new_in_lfs(self) -> tuple[str, ...]:
        """Files that .gitattributes must name first."""
        return tuple(change.path for change in self.changes if change.needs_lfs)

    @property
    def changed_in_lfs(self) -> tuple[str, ...]:
        """New and changed files that git-lfs must hold."""
        changed = (change for change in self.changes if change.kind != "removed")
        return tuple(change.path for change in changed if change.in_lfs or change.needs_lfs)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return {
            "remote": self.server.remote,
            "address": self.server.address,
            "branch": BRANCH,
            "tag": self.tag,
            "message": self.message,
            "changes": [
                {"path": change.path, "kind": change.kind, "bytes": change.size_bytes} for change in self.changes
            ],
            "commits": self.commits,
            "lfs_files": list(self.lfs_files),
            "new_in_lfs": list(self.new_in_lfs),
            "remarks": list(self.remarks),
        }


def propose(root: Path, request: Request) -> Proposal:
    """Find out what a submission would do.

    Args:
        root: The clone.
        request: What is asked for.

    Raises:
        SubmitError: It cannot be submitted, or the server cannot be asked.
    """
    git, head = _facts(root)
    changes = read_changes(root, git)
    # First: without git-lfs its files look changed.
    refuse_without_lfs(changes, git)
    if changes and not request.message:
        raise SubmitError(
            f"A submission must be a commit. Got {len(changes)} files that are in none: "
            f"{listed([change.path for change in changes])}. Commit them, ignore them, or let this command commit all "
            "of them: --message 'what is new'."
        )
    server = ask_server(root, git, request.remote)
    _refuse_behind(root, git, server)
    if not changes:
        _refuse_graded(head, server)
    return Proposal(
        root=root,
        head=head,
        branch=str(git.branch),
        server=server,
        tag=_tag(root, request.tag, server),
        message=request.message if changes else None,
        changes=changes,
        commits=_missing_commits(root, server) + bool(changes),
        lfs_files=_lfs_files(git, changes),
        remarks=tuple(_remarks(git, server)),
    )


def next_tag(taken: Iterable[str]) -> str:
    """Return the tag with the next number: `submission-v1`, or one more than the highest of those that are taken."""
    numbers = [int(found[1]) for found in map(_NUMBERED.fullmatch, taken) if found]
    return f"{TAG_START}v{max(numbers, default=0) + 1}"


def _facts(root: Path) -> tuple[GitFacts, str]:
    try:
        git = Repository(root).git
    except UnreadableError as error:
        raise SubmitError(
            f"A submission must be made in a clone. Got '{root}': {error.problem} Change to the folder of your clone."
        ) from error
    if git.head is None:
        raise SubmitError(f"A submission must be a commit. Got a clone without one: `{commit_all(root, git.changes)}`.")
    if git.branch not in SUBMITTED_BRANCHES:
        raise SubmitError(
            f"A submission must be made from the branch {' or '.join(SUBMITTED_BRANCHES)}. Got "
            f"{git.branch or 'no branch'}: `{switch(git)}`, and merge what is to be submitted."
        )
    return git, git.head


def _remarks(git: GitFacts, server: Server) -> Iterator[str]:
    host = host_of(server.address)
    if host != SERVER:
        yield (
            f"'{server.remote}' leads to {host or 'a folder of this machine'}; submissions are graded on {SERVER}: "
            f"{lead(server.remote, git)}, or name another remote with --remote."
        )


def _refuse_behind(root: Path, git: GitFacts, server: Server) -> None:
    """Refuse where the server's branch has commits that HEAD has not, for only force could push, or may have some."""
    tip = server.tip
    if tip is not None and ask_git(root, "merge-base", tip, "HEAD", may_fail=True).decode().strip() == tip:
        return
    if git.is_shallow:
        raise SubmitError(
            f"A submission must hold every commit that '{server.remote}' lacks. Got a shallow clone: "
            f"`{fetch_earlier_commits(git)}`."
        )
    if tip is None:
        return
    raise SubmitError(
        f"HEAD must follow what '{server.remote}' has on {BRANCH}, for nothing is ever forced. Got a server with "
        f"commits that are not in HEAD: `git fetch {server.remote} && git merge {server.remote}/{BRANCH}`."
    )


def _refuse_graded(head: str, server: Server) -> None:
    if tags := server.tags_of(head):
        raise SubmitError(
            f"A commit is graded once. Got HEAD, {head[:7]}, which was submitted as {', '.join(tags)}: commit a "
            "change, or `git commit --allow-empty -m 'Submit again'`."
        )


def _tag(root: Path, wanted: str | None, server: Server) -> str:
    here = lines_of(ask_git(root, "for-each-ref", "--format=%(refname:lstrip=2)", f"refs/tags/{TAG_START}*"))
    taken = {*here, *server.tags}
    free = next_tag(taken)
    if wanted is None:
        return free
    if not wanted.startswith(TAG_START) or not _is_reference(root, f"refs/tags/{wanted}"):
        raise SubmitError(
            f"The tag of a submission must begin with '{TAG_START}' and be a name for git. Got '{wanted}': {free} is "
            "the next one."
        )
    if wanted in taken:
        raise SubmitError(f"The tag of a submission must be new. Got '{wanted}', which is there: {free} is free.")
    return wanted


def _is_reference(root: Path, name: str) -> bool:
    try:
        ask_git(root, "check-ref-format", name)
    except UnreadableError:
        return False
    return True


def _lfs_files(git: GitFacts, changes: tuple[Change, ...]) -> tuple[str, ...]:
    removed = {change.path for change in changes if change.kind == "removed"}
    taken = {change.path for change in changes if change.in_lfs or change.needs_lfs}
    return tuple(sorted((git.pointers.keys() | taken) - removed))


def _missing_commits(root: Path, server: Server) -> int:
    since = () if server.tip is None else (f"^{server.tip}",)
    return int(ask_git(root, "rev-list", "--count", "HEAD", *since))
