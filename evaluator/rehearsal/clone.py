"""A clean clone of HEAD, as the grader gets it: what is not committed is not in it, and LFS files are whole.

Files of git-lfs come out of the repository's own store (`.git/lfs/objects`), where committing or pulling puts them; the
program git-lfs is not needed (github.com/git-lfs/git-lfs/blob/main/docs/spec.md).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from evaluator.rehearsal.git import git, git_names
from evaluator.rehearsal.report import RehearsalError, Remark
from models.lfs_pointers import is_content_of, is_pointer_file, read_pointer

_SHOWN_NAMES = 5


def find_repository(path: Path) -> Path:
    """Return the root of the repository that a folder belongs to.

    Raises:
        RehearsalError: There is no such folder or repository, or nothing is committed in it.
    """
    if not path.is_dir():
        raise RehearsalError(f"What is rehearsed must be a folder. Got '{path}'. Name a repository.")
    try:
        root = Path(git(path, "rev-parse", "--show-toplevel").strip())
        git(root, "rev-parse", "--verify", "HEAD^{commit}")
    except RehearsalError as error:
        raise RehearsalError(
            f"What is rehearsed must be a git repository with a commit. Got '{path}'. {error} Run this in the "
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
        RehearsalError: git refuses.
    """
    commit = git(repository, "rev-parse", "HEAD").strip()
    git(repository, "clone", "--quiet", "--no-checkout", str(repository), str(target))
    git(target, "checkout", "--quiet", "--detach", commit)
    return commit


def resolve_lfs_files(repository: Path, clone: Path) -> list[Remark]:
    """Replace the pointers in the clone by their files.

    Returns:
        An error for each pointer that stays one.
    """
    names = list(_pointers(clone))
    if not names:
        return []
    fields = git(clone, "check-attr", "-z", "--stdin", "filter", stdin="\0".join(names)).split("\0")
    handed_over = {name for name, value in zip(fields[::3], fields[2::3], strict=False) if value == "lfs"}
    store = _lfs_store(repository)
    return [
        Remark("error", "git-lfs", message)
        for name in names
        if (message := _resolve(clone / name, name, store, is_lfs_file=name in handed_over))
    ]


def uncommitted_remarks(repository: Path) -> list[Remark]:
    """Say what the working tree holds that the clone lacks: changes, and files that git does not know."""
    changed = [entry[3:] for entry in git_names(repository, "status", "--porcelain", "-z", "--no-renames")]
    if not changed:
        return []
    shown = ", ".join(changed[:_SHOWN_NAMES]) + (", ..." if len(changed) > _SHOWN_NAMES else "")
    message = f"Not committed, so not rehearsed ({len(changed)}): {shown}."
    return [Remark("warning", "git", message)]


def _pointers(clone: Path) -> Iterator[str]:
    """Yield the tracked files that are pointers."""
    for name in git_names(clone, "ls-files", "-z"):
        path = clone / name
        if not path.is_symlink() and is_pointer_file(path):
            yield name


def _lfs_store(repository: Path) -> Path:
    """Return where git-lfs keeps the files of a repository, which all its worktrees share."""
    shared = repository / git(repository, "rev-parse", "--git-common-dir").strip()
    configured = git(repository, "config", "--default", "", "--get", "lfs.storage").strip()
    return shared / (configured or "lfs") / "objects"


def _resolve(path: Path, name: str, store: Path, *, is_lfs_file: bool) -> str | None:
    """Replace one pointer; return what is wrong where that cannot be."""
    pointer = read_pointer(path.read_bytes())
    if pointer is None or pointer.sha256 is None:
        return f"'{name}' must be a whole file. It begins like a Git LFS pointer and is none. Commit the file again."
    if not is_lfs_file:
        return (
            f"'{name}' is committed as a Git LFS pointer, but .gitattributes does not hand it to git-lfs: the grader "
            f"gets the pointer. Run `git lfs track '{name}'`, then add and commit the file again."
        )
    digest = pointer.sha256
    stored = store / digest[:2] / digest[2:4] / digest
    if not stored.is_file():
        return (
            f"'{name}' is a Git LFS pointer, and its file of {pointer.size_bytes / 1e6:.1f} MB is not in '{store}'. "
            "Run `git lfs pull`; where that fails, add and commit the file again."
        )
    if not is_content_of(stored, pointer):
        return (
            f"'{name}' must be the file that its Git LFS pointer names. Got another one in '{stored}'. "
            "Remove that one, then run `git lfs pull`."
        )
    shutil.copyfile(stored, path)
    return None
