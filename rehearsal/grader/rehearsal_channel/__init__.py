"""What tells a rehearsal of the process that is rehearsed: one JSON line for each event, appended to a file.

A file and not a pipe, because a shell, other programs and a container stand between.
"""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from pathlib import Path

from rehearsal_channel.contract_events import Reporter  # type: ignore[import-not-found]  # copied here
from rehearsal_channel.network_guard import refuse_sockets  # type: ignore[import-not-found]  # copied here
from rehearsal_channel.outside_files import Watched, watch_files  # type: ignore[import-not-found]  # copied here
from rehearsal_channel.working_trees import forget_working_trees  # type: ignore[import-not-found]  # beside this

_FILE = Path(os.environ["MDX_REHEARSAL_CHANNEL"])
_WATCHED = Path(__file__).with_name("watched.json")


def _reporter(file: Path) -> Reporter:
    return Reporter(os.open(file, os.O_WRONLY | os.O_APPEND))


report = _reporter(_FILE).report


@cache
def guard() -> None:
    """Refuse the network, say who asked for it, notice files from elsewhere: once in each process."""
    # A container has nothing from elsewhere.
    if _WATCHED.is_file():
        outside = _reporter(_FILE.with_name("outside.jsonl"))
        watched = Watched(**json.loads(_WATCHED.read_text(encoding="utf-8")))
        forget_working_trees(watched.kept, sys.path, sys.meta_path)
        watch_files(
            watched, lambda path, opener, there: outside.report("opened", path=path, opener=opener, there=there)
        )
    refuse_sockets(lambda message: report("network_attempt", message=message))
