"""Large files in commits that are still to be pushed, also where a later commit removed them: a push sends them all.

One that HEAD holds is mended by a new last commit if no earlier one holds it, too. Only where the repository holds a
large object at all are its commits walked, so that a long history costs little.
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
    in_last_commit: frozenset[str] = frozenset()
    """Large objects of HEAD that no commit before it holds."""
    in_earlier_commits: frozenset[str] = frozenset()
    """Those that an earlier commit holds, too, and that goes along with the next push."""


def find_large_history(root: Path, remotes: Iterable[str], in_head: frozenset[str], most_bytes: int) -> LargeHistory:
    """Return the large files that a push would send; those of HEAD itself as objects.

    Args:
        root: The repository's folder.
        remotes: Names of those whose commits need not be sent.
        in_head: Objects that HEAD holds.
        most_bytes: What a file may have.
    """
    large = _large_objects(root, most_bytes)
    if not large:
        return LargeHistory()
    patterns = [f"refs/remotes/{name}" for name in remotes]
    tips = lines_of(ask_git(root, "for-each-ref", "--format=%(objectname)", *patterns)) if patterns else ()
    pushed = [f"^{tip}" for tip in tips]
    # Partial clones lack objects that git would otherwise ask a server for.
    listing = lines_of(ask_git(root, "rev-list", "--objects", "--missing=allow-any", "HEAD", *pushed))
    paths = {oid: path for oid, _, path in (line.partition(" ") for line in listing) if oid in large}
    commits = {oid: _commits_with(root, oid, pushed) for oid in in_head & paths.keys()}
    head = lines_of(ask_git(root, "rev-parse", "--short", "HEAD"))
    in_last = frozenset(oid for oid, found in commits.items() if found == head)
    past = sorted(paths.keys() - in_head, key=lambda oid: (-large[oid], paths[oid]))
    files = tuple(PastFile(paths[oid], large[oid], _first_commit(root, oid, pushed)) for oid in past[:MOST_NAMED])
    base = _base(root, tips) if paths else None
    return LargeHistory(files, len(past) - len(files), base, in_last, frozenset(commits) - in_last)


def _large_objects(root: Path, most_bytes: int) -> dict[str, int]:
    """Return object -> bytes."""
    asked = ("--batch-all-objects", "--unordered", "--batch-check=%(objectsize) %(objectname) %(objecttype)")
    rows = (line.split() for line in lines_of(ask_git(root, "cat-file", *asked)))
    return {oid: int(size) for size, oid, kind in rows if kind == "blob" and int(size) > most_bytes}


def _first_commit(root: Path, oid: str, pushed: list[str]) -> str:
    found = _commits_with(root, oid, pushed)
    return found[-1] if found else "a merge"


def _commits_with(root: Path, oid: str, pushed: list[str]) -> tuple[str, ...]:
    """Return the commits that add or remove an object, abbreviated, the last one first; merges are left out."""
    return lines_of(ask_git(root, "log", "--format=%h", f"--find-object={oid}", "HEAD", *pushed))


def _base(root: Path, tips: Iterable[str]) -> str | None:
    # Of several commits, git takes all but the first for one merge: the answer is the nearest that any of them has.
    found = lines_of(ask_git(root, "merge-base", "HEAD", *tips, may_fail=True)) if tips else ()
    return lines_of(ask_git(root, "rev-parse", "--short", found[0]))[0] if found else None
