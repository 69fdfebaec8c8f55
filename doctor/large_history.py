"""Large files in commits that are still to be pushed, also where a later commit removed them: a push sends them all.

Only where the repository holds a large object at all are its commits walked, so that a long history costs little.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from doctor.git_program import ask_git, lines_of

MOST_NAMED = 5
"""Files whose first commit is looked for, which takes a walk each."""


@dataclass(frozen=True)
class PastFile:
    """A large file of an older commit."""

    path: str
    size_bytes: int
    commit: str
    """The first one that has it, abbreviated."""


@dataclass(frozen=True)
class LargeHistory:
    """All of them."""

    files: tuple[PastFile, ...] = ()
    """The largest ones."""
    more: int = 0
    """How many others there are."""
    base: str | None = None
    """The last commit of HEAD that a remote has, abbreviated; None where it has none."""


def find_large_history(root: Path, remotes: Iterable[str], in_head: frozenset[str], most_bytes: int) -> LargeHistory:
    """Return the large files that a push would send, those of HEAD itself left out.

    Args:
        root: The repository's folder.
        remotes: Names of those whose commits need not be sent.
        in_head: Objects that HEAD holds.
        most_bytes: What a file may have.
    """
    large = _large_objects(root, most_bytes, in_head)
    if not large:
        return LargeHistory()
    patterns = [f"refs/remotes/{name}" for name in remotes]
    tips = lines_of(ask_git(root, "for-each-ref", "--format=%(objectname)", *patterns)) if patterns else ()
    pushed = [f"^{tip}" for tip in tips]
    # Partial clones lack objects that git would otherwise ask a server for.
    listing = lines_of(ask_git(root, "rev-list", "--objects", "--missing=allow-any", "HEAD", *pushed))
    paths = {oid: path for oid, _, path in (line.partition(" ") for line in listing) if oid in large}
    largest = sorted(paths, key=lambda oid: (-large[oid], paths[oid]))[:MOST_NAMED]
    files = tuple(PastFile(paths[oid], large[oid], _first_commit(root, oid, pushed)) for oid in largest)
    return LargeHistory(files, len(paths) - len(files), _base(root, tips) if files else None)


def _large_objects(root: Path, most_bytes: int, left_out: frozenset[str]) -> dict[str, int]:
    """Return object -> bytes."""
    asked = ("--batch-all-objects", "--unordered", "--batch-check=%(objectsize) %(objectname) %(objecttype)")
    rows = (line.split() for line in lines_of(ask_git(root, "cat-file", *asked)))
    return {
        oid: int(size) for size, oid, kind in rows if kind == "blob" and int(size) > most_bytes and oid not in left_out
    }


def _first_commit(root: Path, oid: str, pushed: list[str]) -> str:
    found = lines_of(ask_git(root, "log", "--format=%h", f"--find-object={oid}", "HEAD", *pushed))
    return found[-1] if found else "a merge"


def _base(root: Path, tips: Iterable[str]) -> str | None:
    found = (ask_git(root, "merge-base", "HEAD", tip, may_fail=True).decode().strip() for tip in tips)
    base = next(filter(None, found), None)
    return base and lines_of(ask_git(root, "rev-parse", "--short", base))[0]
