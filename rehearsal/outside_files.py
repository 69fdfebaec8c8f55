"""Notice the files that a submission's Python opens outside of what the grader's machine has, and say who opens them.

This file is copied to where the submission's Python finds it, and needs nothing but Python's own library.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

_MOST_REPORTS = 20
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True)
class Watched:
    """Which files are a submission's own."""

    system: Sequence[str]
    """Folders that every machine has."""
    hidden: Sequence[str]
    """Folders that the grader's machine does not have, also within those of the system."""
    kept: Sequence[str]
    """Folders within those that the submission may use."""
    began: float
    """When the rehearsal began, in seconds since the epoch: what is younger, the submission wrote."""


def watch_files(watched: Watched, report: Callable[[str, str, bool], None]) -> None:
    """Report files from now on, as the hook does that `make_hook` returns."""
    sys.addaudithook(make_hook(watched, report))


def make_hook(watched: Watched, report: Callable[[str, str, bool], None]) -> Callable[[str, tuple[Any, ...]], None]:
    """Return what reports files that are opened to be read and are not a submission's own.

    Args:
        watched: Which files are.
        report: Called with the file, who opened it, and whether it was there.
    """
    within_system, within_hidden, within_kept = (
        tuple(f"{folder}/" for folder in folders) for folders in (watched.system, watched.hidden, watched.kept)
    )
    seen: set[str] = set()

    def notice(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open" or not isinstance(arguments[0], (str, bytes)) or (arguments[2] or 0) & _WRITES:
            return
        path = os.path.abspath(os.fsdecode(arguments[0]))
        if path.startswith(within_kept) or path in seen:
            return
        if path.startswith(within_system) and not path.startswith(within_hidden):
            return
        if os.path.realpath(path).startswith(within_kept) or len(seen) >= _MOST_REPORTS:
            return
        seen.add(path)
        try:
            there = os.stat(path)
        except OSError:
            report(path, _opener(within_kept), False)
            return
        if there.st_ctime < watched.began:
            report(path, _opener(within_kept), True)

    return notice


def _opener(within: tuple[str, ...]) -> str:
    """Name the nearest line of the submission's own code."""
    frame = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(within) and f"{os.sep}site-packages{os.sep}" not in file:
            return f"{os.path.basename(file)}:{frame.f_lineno}"
        if frame.f_back is None:
            break
        frame = frame.f_back
    return "a program that it starts"
