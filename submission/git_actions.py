"""Every call of git that writes, or that asks a server. Nothing here forces anything."""

from __future__ import annotations

import subprocess
from pathlib import Path

from doctor.git_program import index_environment, own_environment
from submission.errors import SubmitError

_SERVER_LIMIT_SECONDS = 120


def server_references(root: Path, address: str, *patterns: str) -> dict[str, str]:
    """Ask a server for its branches and tags.

    Args:
        root: The clone.
        address: Of the server.
        *patterns: Which ones, such as `refs/tags/*`.

    Returns:
        Full name -> commit; also of tags that are objects of their own.

    Raises:
        SubmitError: It cannot be asked.
    """
    answer = _run(root, "ls-remote", "--", address, *patterns, limit_seconds=_SERVER_LIMIT_SECONDS)
    # The commit of a tag with a message follows the tag, under the same name with ^{} behind it.
    pairs = (line.split("\t") for line in answer.splitlines())
    return {name.removesuffix("^{}"): oid for oid, name in pairs}


def hand_to_lfs(root: Path, paths: tuple[str, ...]) -> None:
    """Name files in .gitattributes, so that git-lfs takes them when they are added.

    Raises:
        SubmitError: git-lfs refuses.
    """
    _run(root, "lfs", "track", "--filename", "--", *paths)


def add_everything(root: Path, index: Path) -> None:
    """Add all changes and all new files that are not ignored to an index.

    Raises:
        SubmitError: git or git-lfs refuses.
    """
    _run(root, "add", "--all", index=index)


def add_again(root: Path, index: Path, paths: tuple[str, ...]) -> None:
    """Give files to git's filters once more, also those that an index holds already as they are on disk.

    Raises:
        SubmitError: git or git-lfs refuses.
    """
    _run(root, "add", "--renormalize", "--", *(f":(literal){path}" for path in paths), index=index)


def commit_added(root: Path, index: Path, message: str) -> None:
    """Commit what an index holds.

    Raises:
        SubmitError: git refuses, such as without a user's name, or because of a hook.
    """
    _run(root, "commit", "--quiet", "--message", message, index=index)


def add_tag(root: Path, tag: str) -> None:
    """Put a tag with a message on HEAD.

    Raises:
        SubmitError: git refuses.
    """
    _run(root, "tag", "--annotate", "--message", tag, tag)


def remove_tag(root: Path, tag: str) -> None:
    """Take a tag away from this clone.

    Raises:
        SubmitError: git refuses.
    """
    _run(root, "tag", "--delete", tag)


def push_lfs_files(root: Path, remote: str, branch: str) -> None:
    """Send what git-lfs holds of a branch; its hook, which does the same, is missing in many a clone.

    Raises:
        SubmitError: git-lfs refuses.
    """
    _run(root, "lfs", "push", remote, branch)


def push(root: Path, remote: str, branch: str, tag: str) -> None:
    """Push HEAD to a branch, and a tag: both or neither, and no other tag, whatever the configuration says.

    Args:
        root: The clone.
        remote: Its name.
        branch: The server's.
        tag: The clone's and the server's.

    Raises:
        SubmitError: The server refuses.
    """
    _run(root, "push", "--atomic", "--no-follow-tags", remote, f"HEAD:refs/heads/{branch}", f"refs/tags/{tag}")


def _run(root: Path, *arguments: str, limit_seconds: float | None = None, index: Path | None = None) -> str:
    command = " ".join(arguments[:2] if arguments[0] == "lfs" else arguments[:1])
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=root,
            env={**own_environment(), **index_environment(index), "LC_ALL": "C"},
            capture_output=True,
            check=False,
            text=True,
            errors="replace",
            timeout=limit_seconds,
        )
    except FileNotFoundError as error:
        raise SubmitError("A submission needs git. Got none on this machine: install it.") from error
    except subprocess.TimeoutExpired as error:
        raise SubmitError(
            f"`git {command}` must end within {limit_seconds:.0f} s. Got no answer: try it by hand."
        ) from error
    if done.returncode:
        said = " ".join(f"{done.stdout} {done.stderr}".split()) or f"exit code {done.returncode}"
        raise SubmitError(f"`git {command}` must succeed. Got: {said}")
    return done.stdout
