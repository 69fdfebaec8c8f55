"""Ask git about a repository: no question to the user, nothing written.

Nothing here asks for the network. In a partial clone git itself fetches what it lacks.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from doctor.findings import UnreadableError

SUBJECT = ".git"
_LIMIT_SECONDS = 120
_OF_OTHER_REPOSITORIES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")
"""What a hook sets, and what would lead git elsewhere."""
_FIXED = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "LC_ALL": "C"}


def ask_git(
    folder: Path, *arguments: str, stdin: bytes = b"", may_fail: bool = False, index: Path | None = None
) -> bytes:
    """Return what git prints.

    Args:
        folder: Where it runs.
        *arguments: Its arguments.
        stdin: What it is given.
        may_fail: Whether an exit code other than 0 is an answer too.
        index: Another index than the repository's own.

    Raises:
        UnreadableError: git is not installed or refuses.
    """
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env={**own_environment(), **_FIXED, **index_environment(index)},
            input=stdin,
            capture_output=True,
            check=False,
            timeout=_LIMIT_SECONDS,
        )
    except FileNotFoundError as error:
        raise UnreadableError(SUBJECT, "git is not installed.") from error
    except subprocess.TimeoutExpired as error:
        raise UnreadableError(SUBJECT, f"git gave no answer within {_LIMIT_SECONDS} s.") from error
    if done.returncode and not may_fail:
        said = " ".join(done.stderr.decode(errors="replace").split())
        raise UnreadableError(SUBJECT, f"git refuses: {said or f'exit code {done.returncode}'}.")
    return done.stdout


def own_environment() -> dict[str, str]:
    """Return the environment of this process, in which git works on the folder that it runs in and on no other."""
    return {name: value for name, value in os.environ.items() if name not in _OF_OTHER_REPOSITORIES}


def index_environment(index: Path | None) -> dict[str, str]:
    """Return what makes git work on another index than the repository's own; nothing for None."""
    return {} if index is None else {"GIT_INDEX_FILE": str(index.absolute())}


def lines_of(output: bytes) -> tuple[str, ...]:
    """Return the lines of an answer."""
    return tuple(output.decode(errors="replace").splitlines())


def fields_of(output: bytes) -> list[str]:
    """Return the fields of an answer that NUL separates."""
    return [field.decode(errors="surrogateescape") for field in output.split(b"\0") if field]


def printable(text: str) -> str:
    """Return a text with names of files that are no UTF-8 as a screen can show them."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def as_stdin(paths: list[str]) -> bytes:
    """Return paths as git reads them with -z."""
    return b"".join(path.encode(errors="surrogateescape") + b"\0" for path in paths)
