"""What tells a rehearsal of the process that is rehearsed: one JSON line for each event, appended to a file.

A file and not a pipe, because a shell, other programs and a container stand between.
"""

from __future__ import annotations

import os

from rehearsal_channel.contract_events import Reporter  # type: ignore[import-not-found]  # copied here

_FILE = os.open(os.environ["MDX_REHEARSAL_CHANNEL"], os.O_WRONLY | os.O_APPEND)

report = Reporter(_FILE).report
