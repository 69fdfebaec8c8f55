"""What is not as in HEAD, also where git is told not to look at it.

`git update-index --assume-unchanged` and `--skip-worktree` hide changes of a file from `git status` and `git add`; a
sparse checkout leaves files out of the folder. Reference: https://git-scm.com/docs/git-update-index
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from doctor.git_program import as_stdin, ask_git, fields_of
from models.files.lfs_pointers import Pointer, is_content_of

ASSUME_UNCHANGED, SKIP_WORKTREE = "assume-unchanged", "skip-worktree"
UNMERGED = frozenset({"DD", "AU", "UD", "UA", "DU", "AA", "UU"})
"""Letters of `git status` for a file with a conflict of a merge."""
_MODIFIED = " M"
_WITHOUT_LFS = ("-c", "filter.lfs.process=", "-c", "filter.lfs.clean=", "-c", "filter.lfs.required=false")
"""Where git is told to use git-lfs and it is not installed, git fails otherwise."""


@dataclass(frozen=True)
class HiddenFiles:
    """Files that git is told not to look at."""

    marks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Path -> the marks that hide it: `assume-unchanged`, `skip-worktree` or both."""
    changes: Mapping[str, str] = field(default_factory=dict)
    """Those that are not as in HEAD -> the two letters that `git status --porcelain` would show."""
    left_out: tuple[str, ...] = ()
    """Those that a sparse checkout leaves out of the folder; they are in HEAD, and have no mark above."""


def read_changes(
    root: Path, pointers: Mapping[str, Pointer], *, has_lfs: bool, index: Path | None = None
) -> dict[str, str]:
    """Return what is not committed, ignored files left out.

    Args:
        root: The repository's folder.
        pointers: Path -> pointer, of HEAD.
        has_lfs: Whether git-lfs is installed.
        index: Another index than the repository's own.

    Returns:
        Path -> the two letters of `git status --porcelain`.
    """
    options = () if has_lfs else _WITHOUT_LFS
    # Without renames each field is one path.
    status = ("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames")
    changes = {field[3:]: field[:2] for field in fields_of(ask_git(root, *options, *status, index=index))}
    if has_lfs:
        return changes
    return {  # To git alone, the content of a pointer looks like a change of it.
        path: code
        for path, code in changes.items()
        if code != _MODIFIED or path not in pointers or not is_content_of(root / path, pointers[path])
    }


def find_hidden_files(root: Path, pointers: Mapping[str, Pointer], *, has_lfs: bool) -> HiddenFiles:
    """Return what git is told not to look at, and which of it is changed.

    Args:
        root: The repository's folder.
        pointers: Path -> pointer, of HEAD.
        has_lfs: Whether git-lfs is installed.
    """
    marks = {}
    for entry in fields_of(ask_git(root, "ls-files", "-v", "-z")):
        letter, path = entry[0], entry[2:]
        found = ((ASSUME_UNCHANGED, letter.islower()), (SKIP_WORKTREE, letter in "sS"))
        marks[path] = tuple(mark for mark, is_set in found if is_set)
    hidden = {path: found for path, found in marks.items() if found}
    left_out = _left_out(root, hidden)
    for path in left_out:
        del hidden[path]
    if not hidden:
        return HiddenFiles(left_out=left_out)
    with tempfile.TemporaryDirectory() as folder:
        index = _index_without_marks(root, hidden, Path(folder))
        changes = read_changes(root, pointers, has_lfs=has_lfs, index=index)
    changed = {path: changes[path] for path in hidden if path in changes}
    return HiddenFiles(hidden, changed, left_out)


def _left_out(root: Path, hidden: Iterable[str]) -> tuple[str, ...]:
    """Return what a sparse checkout leaves out; in any other clone a file that is not here was removed."""
    absent = tuple(path for path in hidden if not os.path.lexists(root / path))
    if not absent:
        return ()
    answer = ask_git(root, "config", "--type=bool", "core.sparseCheckout", may_fail=True)
    return absent if answer.strip() == b"true" else ()


def _index_without_marks(root: Path, hidden: Mapping[str, tuple[str, ...]], folder: Path) -> Path:
    """Copy git's index without the marks: the repository's own stays as it is."""
    own = ask_git(root, "rev-parse", "--git-path", "index").decode(errors="surrogateescape").rstrip("\n")
    index = folder / "index"
    shutil.copyfile(root / own, index)
    for mark in (ASSUME_UNCHANGED, SKIP_WORKTREE):
        paths = [path for path, marks in hidden.items() if mark in marks]
        ask_git(root, "update-index", f"--no-{mark}", "-z", "--stdin", stdin=as_stdin(paths), index=index)
    return index
