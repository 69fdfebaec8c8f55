"""One command of the build with a view of the disk, variables and a home of its own; the network stays.

`python -m rehearsal.confined PLAN.json` becomes the command. Unlike `child` it has no clock and no songs to protect.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from evaluator.process_tree import RUN_MARK
from rehearsal.isolation import View, enter_own_mounts, enter_own_user, hide


@dataclass(frozen=True)
class ConfinedCommand:
    """What the process becomes; PLAN.json holds it."""

    command: list[str]
    environment: dict[str, str]
    folder: str
    """Its working directory."""
    view: View | None
    """What of the disk it sees; None for all of it."""

    @staticmethod
    def read(path: Path) -> ConfinedCommand:
        """Read what the rehearsal wrote."""
        fields = json.loads(path.read_text(encoding="utf-8"))
        return ConfinedCommand(**{**fields, "view": View(**fields["view"]) if fields["view"] else None})


def main() -> NoReturn:
    """Become the command."""
    plan = ConfinedCommand.read(Path(sys.argv[1]))
    if plan.view is not None:
        if not enter_own_mounts():
            enter_own_user()
            if not enter_own_mounts():
                raise SystemExit("This system lets nobody hide folders.")
        hide(plan.view)
    os.chdir(plan.folder)
    os.execvpe(plan.command[0], plan.command, {**plan.environment, RUN_MARK: os.environ.get(RUN_MARK, "")})


if __name__ == "__main__":
    main()
