"""A clean clone of HEAD, as the grader gets it: what is not committed is not in it, and LFS files are whole.

Files of git-lfs come out of the repository's own store (`.git/lfs/objects`), where committing or pulling puts them; the
program git-lfs is not needed.
"""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

from doctor.findings import UnreadableError
from doctor.git_program import as_stdin, ask_git, fields_of
from doctor.lfs_store import objects_folder, stored_file
from models.files.lfs_pointers import is_content_of, is_pointer_file, read_pointer
from rehearsal.report import RehearsalError, Remark

_SETTINGS = (
    *("filter.lfs.process=", "filter.lfs.clean=", "filter.lfs.smudge=", "filter.lfs.required=false"),
    *("core.hooksPath=/dev/null", "core.autocrlf=false", "core.symlinks=true"),
)
"""What a clone holds must not depend on the hooks, filters and habits of whoever asks."""
_NOBODYS = tuple(word for setting in _SETTINGS for word in ("-c", setting))
_SHOWN_NAMES = 5


def find_repository(path: Path) -> Path:
    """Return the root of the repository that a folder belongs to.

    Raises:
        RehearsalError: There is no such folder or repository, or nothing is committed in it.
    """
    if not path.is_dir():
        raise RehearsalError(f"What is rehearsed must be a folder. Got '{path}'. Name a repository.")
    try:
        root = Path(_answer(path, "rev-parse", "--show-toplevel"))
        ask_git(root, "rev-parse", "--verify", "HEAD^{commit}")
    except UnreadableError as error:
        raise RehearsalError(
            f"What is rehearsed must be a git repository with a commit. Got '{path}': {error.problem} Run this in the "
            "repository, or commit first."
        ) from error
    return root


def clone_head(repository: Path, target: Path) -> str:
    """Clone a repository and check out its HEAD.

    Args:
        repository: Its root.
        target: Folder that does not exist yet.

    Returns:
        The commit.

    Raises:
        UnreadableError: git refuses.
    """
    commit = _answer(repository, "rev-parse", "HEAD")
    # Linked object files would be the user's own: a submission that changes modes would change theirs.
    options = ("--quiet", "--no-checkout", "--no-hardlinks")
    ask_git(repository, *_NOBODYS, "clone", *options, str(repository), str(target))
    ask_git(target, *_NOBODYS, "checkout", "--quiet", "--detach", commit)
    return commit


def resolve_lfs_files(repository: Path, clone: Path) -> list[Remark]:
    """Replace the pointers in the clone by their files.

    Returns:
        An error for each pointer that stays one.
    """
    names = list(_pointers(clone))
    if not names:
        return []
    fields = fields_of(ask_git(clone, "check-attr", "-z", "--stdin", "filter", stdin=as_stdin(names)))
    handed_over = {name for name, value in zip(fields[::3], fields[2::3], strict=False) if value == "lfs"}
    objects = objects_folder(repository)
    return [
        Remark("error", "git-lfs", message)
        for name in names
        if (message := _resolve(clone / name, name, objects, is_lfs_file=name in handed_over))
    ]


def uncommitted_remarks(repository: Path) -> list[Remark]:
    """Say what the working tree holds that the clone lacks: changes, and files that git does not know."""
    answer = ask_git(repository, *_NOBODYS, "status", "--porcelain", "-z", "--no-renames")
    changed = [entry[3:] for entry in fields_of(answer)]
    if not changed:
        return []
    shown = ", ".join(changed[:_SHOWN_NAMES]) + (", ..." if len(changed) > _SHOWN_NAMES else "")
    message = f"Not committed, so not rehearsed ({len(changed)}): {shown}."
    return [Remark("warning", "git", message)]


def _answer(folder: Path, *arguments: str) -> str:
    return ask_git(folder, *arguments).decode(errors="surrogateescape").rstrip("\n")


def _pointers(clone: Path) -> Iterator[str]:
    """Yield the tracked files that are pointers."""
    for name in fields_of(ask_git(clone, "ls-files", "-z")):
        path = clone / name
        if not path.is_symlink() and is_pointer_file(path):
            yield name


def _resolve(path: Path, name: str, objects: Path, *, is_lfs_file: bool) -> str | None:
    """Replace one pointer; return what is wrong where that cannot be."""
    pointer = read_pointer(path.read_bytes())
    stored = stored_file(objects, pointer) if pointer else None
    if pointer is None or stored is None:
        return f"'{name}' must be a whole file. It begins like a Git LFS pointer and is none. Commit the file again."
    if not is_lfs_file:
        return (
            f"'{name}' is committed as a Git LFS pointer, but .gitattributes does not hand it to git-lfs: the grader "
            f"gets the pointer. Run `git lfs track --filename {shlex.quote(name)}`, then add and commit the file again."
        )
    if not stored.is_file():
        return (
            f"'{name}' is a Git LFS pointer, and its file of {pointer.size_bytes / 1e6:.1f} MB is not in '{objects}'. "
            "Run `git lfs pull`; where that fails, add and commit the file again."
        )
    if not is_content_of(stored, pointer):
        return (
            f"'{name}' must be the file that its Git LFS pointer names. Got another one in '{stored}'. "
            "Remove that one, then run `git lfs pull`."
        )
    shutil.copyfile(stored, path)
    return None
