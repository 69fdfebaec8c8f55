"""Where git-lfs keeps the files behind the pointers of a repository, for all its worktrees.

Reference: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md and the setting `lfs.storage` of its manual.
"""

from __future__ import annotations

from pathlib import Path

from doctor.git_program import ask_git
from models.files.lfs_pointers import Pointer


def objects_folder(root: Path) -> Path:
    """Return the folder of what git-lfs has fetched or was given.

    Raises:
        UnreadableError: git refuses.
    """
    # The common folder: that of a worktree holds no objects.
    shared = ask_git(root, "rev-parse", "--git-common-dir").decode(errors="surrogateescape").rstrip("\n")
    storage = ask_git(root, "config", "--default", "lfs", "--get", "lfs.storage").decode(errors="surrogateescape")
    return root / shared / storage.rstrip("\n") / "objects"


def stored_file(objects: Path, pointer: Pointer) -> Path | None:
    """Return where the file behind a pointer belongs; None for a pointer without a hash."""
    digest = pointer.sha256
    return None if digest is None else objects / digest[:2] / digest[2:4] / digest
