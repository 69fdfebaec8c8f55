"""Write plans as YAML that people read and edit: only what differs from the defaults, short lists on one line."""

from __future__ import annotations

from pathlib import Path

import yaml

from audio.atomic import write_text_atomically
from separation.plan import Plan, PlanError

_LINE_WIDTH = 120


def plan_text(plan: Plan) -> str:
    """Return the YAML that `load_plan` reads as the same plan."""
    content = plan.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, default_flow_style=None, width=_LINE_WIDTH)


def write_plan(plan: Plan, path: Path) -> None:
    """Write a plan, whole or not at all, over what is there.

    Raises:
        OSError: It cannot be written.
    """
    write_text_atomically(path, plan_text(plan))


def check_new_plan(path: Path, *, overwrite: bool) -> None:
    """Refuse to write over a file, before the work whose result goes there.

    Raises:
        PlanError: It exists, and `overwrite` is not set; or it is a folder.
    """
    if path.is_dir() or (path.exists() and not overwrite):
        state = "is a folder" if path.is_dir() else "exists"
        raise PlanError(
            f"The plan must go to a new file. Got '{path}', which {state}. "
            "Name another one with --output, or use --overwrite."
        )
