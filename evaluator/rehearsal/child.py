"""What a rehearsal starts: a supervisor, and below it the grader's command, alone with its folders and its clock.

`python -m evaluator.rehearsal.child LAUNCH.json` forks as `evaluator.child` does. The lower process gives up the
network and the right to write to the songs, then becomes the command: nothing of ours stays in it but variables.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from evaluator.child import fork_under_supervision
from evaluator.network_guard import isolate_network
from evaluator.rehearsal.isolation import hold_read_only


@dataclass(frozen=True)
class ChildPlan:
    """What the lower process becomes; LAUNCH.json holds it."""

    command: list[str]
    environment: dict[str, str]
    folder: str
    """Its working directory."""
    data: str
    """The folder of songs."""
    phases_file: str
    cpus: int | None


def main() -> NoReturn:
    """Supervise, and in a fork become the command."""
    plan = ChildPlan(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    events = os.open(plan.phases_file, os.O_WRONLY | os.O_APPEND)
    reporter = fork_under_supervision(events, plan.cpus)
    held_by = "namespace and sockets" if isolate_network() else "sockets"
    reporter.report("network", held_by=held_by)
    hold_read_only(Path(plan.data))
    os.chdir(plan.folder)
    # Python ignores it, and what it becomes would too.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.execvpe(plan.command[0], plan.command, plan.environment)


if __name__ == "__main__":
    main()
