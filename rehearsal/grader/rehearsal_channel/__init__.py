"""What tells a rehearsal of the process that is rehearsed: one JSON line for each event, appended to a file.

A file and not a pipe, because a shell, other programs and a container stand between.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from rehearsal_channel.contract_events import Reporter  # type: ignore[import-not-found]  # copied here
from rehearsal_channel.outside_files import Watched, watch_files  # type: ignore[import-not-found]  # copied here

_FILE = Path(os.environ["MDX_REHEARSAL_CHANNEL"])
_WATCHED = Path(__file__).with_name("watched.json")


def _reporter(file: Path) -> Reporter:
    return Reporter(os.open(file, os.O_WRONLY | os.O_APPEND))


report = _reporter(_FILE).report


def watch_outside_files() -> None:
    """Let the rehearsal know of files outside of the submission's folders, where there are such."""
    if _WATCHED.is_file():
        outside = _reporter(_FILE.with_name("outside.jsonl"))
        watch_files(
            Watched(**json.loads(_WATCHED.read_text(encoding="utf-8"))),
            lambda path, opener, there: outside.report("opened", path=path, opener=opener, there=there),
        )
