"""Every check, in the order in which one would mend what they find."""

from __future__ import annotations

from doctor.checks import (
    branches,
    commits,
    contract,
    declaration,
    image,
    imports,
    large_files,
    leaderboards,
    pins,
    plan,
    plan_time,
    running_code,
    secret_files,
    weights,
)
from doctor.findings import Check

GROUPS: dict[str, tuple[Check, ...]] = {
    "aicrowd.json": (*declaration.CHECKS, *leaderboards.CHECKS),
    "plan and models": (*plan.CHECKS, *plan_time.CHECKS),
    "weights": weights.CHECKS,
    "large files and git-lfs": large_files.CHECKS,
    "commits, tags, branches": (*commits.CHECKS, *secret_files.CHECKS, *branches.CHECKS),
    "image": image.CHECKS,
    "packages": pins.CHECKS,
    "code that runs": (*contract.CHECKS, *imports.CHECKS, *running_code.CHECKS),
}
"""What they are about -> the checks."""
CHECKS: tuple[Check, ...] = tuple(check for group in GROUPS.values() for check in group)
