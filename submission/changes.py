"""What waits for a commit, and which of it git-lfs must hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from doctor.changes import UNMERGED
from doctor.findings import quoted
from doctor.git_facts import GitFacts
from doctor.repository import LARGE_BYTES
from doctor.secret_files import waiting_secrets
from submission.errors import SubmitError

_MEGABYTE = 1000**2
_SHOWN = 10


@dataclass(frozen=True)
class Change:
    """One file that is not as in HEAD."""

    path: str
    kind: str
    """`new`, `changed` or `removed`."""
    size_bytes: int
    in_lfs: bool
    """Whether .gitattributes hands it to git-lfs already."""

    @property
    def needs_lfs(self) -> bool:
        """Whether it is too large for git itself."""
        return self.size_bytes > LARGE_BYTES and not self.in_lfs

    def __str__(self) -> str:
        """The file as it is shown."""
        place = ", git-lfs" if self.in_lfs or self.needs_lfs else ""
        size = "" if self.kind == "removed" else f" ({megabytes(self.size_bytes)}{place})"
        return f"{self.kind} {self.path}{size}"


def read_changes(root: Path, git: GitFacts) -> tuple[Change, ...]:
    """Return what is not committed, ignored files left out.

    Raises:
        SubmitError: One of them can be in no commit.
    """
    changes, secrets = [], waiting_secrets(root, git.changes)
    for path, code in git.changes.items():
        if code in UNMERGED:
            raise SubmitError(
                f"A submission must hold no conflict of a merge. Got one in '{path}': resolve it, then "
                f"`git add {quoted(path)} && git commit`."
            )
        if path in secrets and path not in git.files:
            raise SubmitError(
                f"A submission must hold no secret. Got the new file '{path}', which looks like one: name it in "
                ".gitignore, or rename it if it is none."
            )
        if path.endswith("/"):
            raise SubmitError(
                f"A submission must hold files, and no other repository. Got '{path}': name it in .gitignore, or "
                f"move '{path}.git', which holds its commits, out of the clone."
            )
        file = root / path
        there = file.is_symlink() or file.exists()
        kind = ("new" if code in ("??", "A ", "AM") else "changed") if there else "removed"
        changes.append(Change(path, kind, file.lstat().st_size if there else 0, path in git.lfs_paths))
    return tuple(changes)


def refuse_without_lfs(changes: tuple[Change, ...], git: GitFacts) -> None:
    """Refuse what only git-lfs can take where there is none.

    Raises:
        SubmitError: Files are large or belong to git-lfs, and it is not installed, or git does not know of it.
    """
    wanted = [change.path for change in changes if change.in_lfs or change.needs_lfs]
    wanted += [path for path in git.pointers if path not in wanted]
    if not wanted or (git.lfs_program and git.lfs_filter):
        return
    lacking, step = ("no git-lfs", "install it, then `git lfs install`")
    if git.lfs_program:
        lacking, step = ("a git that does not know of git-lfs", "`git lfs install`")
    raise SubmitError(
        f"Files above {LARGE_BYTES // 1024**2} MB, and those that .gitattributes names, must go through git-lfs. "
        f"Got {listed(wanted)} and {lacking}: {step}; or name in .gitignore what the submission does not need."
    )


def listed(paths: list[str]) -> str:
    """Return the first paths of some as a sentence has them."""
    rest = len(paths) - _SHOWN
    return ", ".join(f"'{path}'" for path in paths[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def megabytes(size_bytes: int) -> str:
    """Return a size as it is shown."""
    return f"{size_bytes / _MEGABYTE:.1f} MB"
