"""What a run told of files outside of its own folders, and what is to be said of that."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rehearsal.report import Remark


@dataclass(frozen=True)
class OpenedFile:
    """A file that the submission opened, or tried to, and that the grader's machine does not have."""

    path: str
    opener: str
    """File and line of the submission."""
    there: bool
    """Whether it could be read here."""


@dataclass(frozen=True)
class OutsideFiles:
    """What is known of such files."""

    hidden: bool
    """Whether they were out of reach, for every program."""
    opened: Sequence[OpenedFile] = ()


def read_outside_files(path: Path) -> OutsideFiles:
    """Read what `child` and `outside_files` wrote; what is none of theirs is left out."""
    hidden = False
    opened: dict[str, OpenedFile] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            entry = json.loads(line)
            if "hidden" in entry:
                hidden = entry["hidden"] is True
            else:
                found = OpenedFile(str(entry["path"]), str(entry["opener"]), entry["there"] is True)
                opened.setdefault(found.path, found)
        except (ValueError, KeyError, TypeError):
            continue
    return OutsideFiles(hidden, tuple(opened.values()))


def judge_outside_files(outside: OutsideFiles) -> Iterator[Remark]:
    """Yield an error for each file that could be read, a warning for each other one, and one where none was hidden."""
    for file in outside.opened:
        did = "opened" if file.there else "asked for"
        message = (
            f"What a submission reads must be committed. {file.opener} {did} '{file.path}', which lies outside of the "
            "clone: the grader's machine does not have it. Commit the file, and name it relative to the repository."
        )
        yield Remark("error" if file.there else "warning", "files", message)
    if not outside.hidden:
        message = (
            "This system lets nobody hide folders, so the submission could read files outside of the clone; only those "
            "that Python opened were noticed. A machine that allows mount namespaces shows more, and so does --docker."
        )
        yield Remark("warning", "files", message)
