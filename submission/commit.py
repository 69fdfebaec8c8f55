"""Commit everything, or leave the clone as it was: what the user had staged stays staged where a commit fails.

All is added to a copy of git's index, which takes the place of the index only once the commit is there.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audio.atomic import atomic_path
from doctor.git_program import ask_git
from submission.git_actions import add_again, add_everything, commit_added, hand_to_lfs

_ATTRIBUTES = ".gitattributes"


def commit_everything(root: Path, message: str, new_in_lfs: tuple[str, ...], in_lfs: tuple[str, ...]) -> None:
    """Commit all changes and all new files that are not ignored.

    Args:
        root: The clone.
        message: Of the commit.
        new_in_lfs: Files that are handed to git-lfs first.
        in_lfs: All new and changed files that git-lfs must hold, those among them.

    Raises:
        SubmitError: git refuses, such as without a user's name, or because of a hook.
    """
    with _all_or_nothing(root) as index:
        if new_in_lfs:
            hand_to_lfs(root, new_in_lfs)
        add_everything(root, index)
        if in_lfs:
            # What was staged before git-lfs was there looks up to date, and would stay as it is.
            add_again(root, index, in_lfs)
        commit_added(root, index, message)


@contextmanager
def _all_or_nothing(root: Path) -> Iterator[Path]:
    """Give a copy of git's index, and take the original's place with it if HEAD has moved at the end.

    Else .gitattributes is put back. Ctrl-C may come when the commit is there already, so HEAD decides and no exception.
    """
    attributes, own = root / _ATTRIBUTES, root / _ask(root, "rev-parse", "--git-path", "index")
    head, content = _ask(root, "rev-parse", "HEAD"), _content(attributes)
    # Beside the index: a file is renamed within one disk only.
    with tempfile.TemporaryDirectory(prefix="submission-", dir=own.parent) as folder:
        index = Path(folder) / "index"
        if own.is_file():
            shutil.copy2(own, index)
        try:
            yield index
        finally:
            if _ask(root, "rev-parse", "HEAD") != head:
                os.replace(index, own)
            else:
                _put_back(attributes, content)


def _ask(root: Path, *arguments: str) -> str:
    return ask_git(root, *arguments).decode(errors="surrogateescape").rstrip("\n")


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


def _put_back(file: Path, content: bytes | None) -> None:
    if _content(file) == content:
        return
    if content is None:
        file.unlink()
        return
    with atomic_path(file) as temporary:
        temporary.write_bytes(content)
