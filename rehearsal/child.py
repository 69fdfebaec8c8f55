"""What a rehearsal starts: a supervisor, and below it the grader's command, alone with its folders and its clock.

`python -m rehearsal.child LAUNCH.json` forks as `evaluator.child` does. The lower process gives up the network, the
sight of other folders and the right to write to the songs, then becomes the command: nothing of ours stays in it but
variables.
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
from evaluator.network_guard import BOTH_LAYERS, SOCKETS_ALONE, isolate_network
from rehearsal.isolation import View, enter_own_mounts, hide, hold_read_only, runs_in


@dataclass(frozen=True)
class ChildPlan:
    """What the lower process becomes; LAUNCH.json holds it."""

    command: list[str]
    environment: dict[str, str]
    folder: str
    """Its working directory."""
    read_only: list[str]
    """Folders that it may not change: the songs, and packages that are shared with uv's cache."""
    phases_file: str
    outside_file: str
    cpus: int | None
    python: list[str]
    """The command that starts the submission's Python."""
    view: View
    """What of the disk it may see."""

    @staticmethod
    def read(path: Path) -> ChildPlan:
        """Read what the rehearsal wrote."""
        fields = json.loads(path.read_text(encoding="utf-8"))
        return ChildPlan(**{**fields, "view": View(**fields["view"])})


def main() -> NoReturn:
    """Supervise, and in a fork become the command."""
    plan = ChildPlan.read(Path(sys.argv[1]))
    events = os.open(plan.phases_file, os.O_WRONLY | os.O_APPEND)
    reporter = fork_under_supervision(events, plan.cpus)
    held_by = BOTH_LAYERS if isolate_network() else SOCKETS_ALONE
    reporter.report("network", held_by=held_by)
    hidden = _take_away_what_is_not_its_own(plan)
    Path(plan.outside_file).write_text(json.dumps({"hidden": hidden}) + "\n", encoding="utf-8")
    os.chdir(plan.folder)
    # Python ignores it, and what it becomes would too.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.execvpe(plan.command[0], plan.command, plan.environment)


def _take_away_what_is_not_its_own(plan: ChildPlan) -> bool:
    """Hide other folders and hold some read-only; return whether they are hidden."""
    # A Python that needs more of the disk than it says would fail for a reason of this machine.
    hidden = runs_in(plan.view, [*plan.python, "-I", "-c", ""])
    if enter_own_mounts():
        if hidden:
            hide(plan.view)
        for folder in plan.read_only:
            hold_read_only(folder)
    return hidden


if __name__ == "__main__":
    main()
