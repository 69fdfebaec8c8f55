"""Which part of this machine's disk a submission may see: the system, its environment, and its own folders.

Everything else is somebody's: homes, working trees, data, folders of other users. The grader's machine has none of it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from rehearsal.isolation import View

SYSTEM = frozenset(
    {"bin", "boot", "dev", "etc", "gnu", "lib", "lib32", "lib64", "libx32", "nix", "opt"}
    | {"proc", "run", "sbin", "snap", "sys", "usr", "var"}
    | {"Applications", "Library", "System", "private"}
)
"""Folders at the top that come with the system, on the grader's machine too (Filesystem Hierarchy Standard; macOS)."""

_SOMEBODYS_IN_SYSTEM = ("/var/tmp", "/dev/shm", "/run/media", "/run/user")
"""Folders of the system that users fill: temporary files, shared memory, disks of desktops, sessions."""


def view_for(needed: Sequence[Path], python: Path, repository: Path) -> View:
    """Return the view of a rehearsal.

    Args:
        needed: Its folder, and those of the Python that it uses.
        python: The program, which may be a link into such a folder.
        repository: The working tree that is rehearsed.
    """
    own = [Path(tempfile.gettempdir()), Path(os.path.expanduser("~")), repository]
    somebodys = [*map(Path, _SOMEBODYS_IN_SYSTEM), *own]
    top = [path.resolve() for path in Path("/").iterdir()]
    others = [path for path in top if path.parts[1:] and path.parts[1] not in SYSTEM]
    hidden = {path.resolve() for path in (*others, *somebodys) if path.is_dir()} - _system_folders()
    kept = {Path(os.path.realpath(path)) for path in needed if path.is_dir()}
    links = [link for path in (*needed, python) for link in _links_on_the_way(path)]
    return View(_outermost(hidden), _outermost(kept), links)


def _system_folders() -> set[Path]:
    return {Path("/"), *(Path("/", name).resolve() for name in SYSTEM)}


def _outermost(paths: set[Path]) -> list[str]:
    """Return the paths that lie in no other one of them, in a fixed order."""
    return [str(path) for path in sorted(paths) if not paths.intersection(path.parents)]


def _links_on_the_way(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the symbolic links that are followed from the top to a path, and what they say."""
    steps = list(Path(os.path.abspath(path)).parts[1:])
    reached = Path("/")
    passed: set[Path] = set()
    while steps:
        step = steps.pop(0)
        reached = reached.parent if step == ".." else reached / step
        if reached.is_symlink() and reached not in passed:
            passed.add(reached)
            target = Path(os.readlink(reached))
            yield str(reached), str(target)
            reached = Path("/") if target.is_absolute() else reached.parent
            steps = [*(part for part in target.parts if part != "/"), *steps]
