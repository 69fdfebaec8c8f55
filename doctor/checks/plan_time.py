"""Is the plan quick enough, by what is known without measuring anything now?

Two sources: the evidence that `mdx tune` writes into a plan, and the times that `mdx cost` has kept for the same plan
and weights on this machine. The guard keeps every limit, so a slow plan loses quality and not the submission.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from audio import KitError
from doctor.findings import Fault, check, warning
from doctor.planned_models import find_entry
from doctor.repository import PLAN, Repository
from models.manifest import load_manifest
from separation.cost_measuring import KIND, cost_key
from separation.cost_record import CostRecord
from separation.kept_facts import read_facts
from separation.plan import Plan
from separation.song_costs import SongCosts
from separation.target_machines import THIS_MACHINE

SONG_SECONDS = 240.0
"""A usual song."""
ROUNDING = 1e-3
"""Of the shares in the evidence."""
_SLOW = (
    "The guard then hands in a part of each song from the draft, which is worth less than a plan that fits the limit."
)


@check("tuned-time", "The plan keeps its limit by the evidence in it", why=_SLOW)
def tuned(repository: Repository) -> Iterator[Fault]:
    """Find evidence of a plan that is too slow, or that was tuned for another limit."""
    plan = repository.running_plan
    share, tuned_for = plan.evidence.get("limit_share"), plan.evidence.get("limit")
    fix = "Search again: `mdx tune SONGS --limit round2`."
    most = 1 - plan.guard.margin
    if isinstance(share, int | float) and share > most + ROUNDING:
        yield warning(
            "evidence.limit_share", f"It took up to {share:.0%} of the limit; {most:.0%} are the plan's.", fix
        )
    if isinstance(tuned_for, str) and tuned_for != plan.guard.limit:
        yield warning("evidence.limit", f"It was tuned for '{tuned_for}', and keeps '{plan.guard.limit}'.", fix)


@check("measured-time", "The plan keeps its limit by the times that were measured here", why=_SLOW)
def measured(repository: Repository) -> Iterator[Fault]:
    """Find kept times of this plan that leave the limit."""
    plan = repository.running_plan
    costs = _kept_costs(repository, plan)
    if costs is not None and not costs.fits(SONG_SECONDS):
        seconds = costs.seconds(SONG_SECONDS)
        yield warning(
            plan.title,
            f"A song of {SONG_SECONDS:.0f} s took {seconds.mean:.0f} s here (up to {seconds.high:.0f} s); the limit is "
            f"{costs.limit_seconds(SONG_SECONDS):.0f} s.",
            f"See `mdx cost {PLAN} --limit {plan.guard.limit}`; find a quicker one: `mdx tune SONGS --limit round2`.",
        )


def _kept_costs(repository: Repository, plan: Plan) -> SongCosts | None:
    """Return what this machine knows of a plan, if it was ever measured."""
    kept: dict[str, Any] = read_facts(KIND)
    if not kept or any(_differs_here(repository, part.model) for part in plan.parts):
        return None
    try:
        key = cost_key(plan)
        if key not in kept:
            return None
        return SongCosts(CostRecord.from_dict(kept[key]), THIS_MACHINE, plan.guard.time_limit.seconds_for)
    except KitError:
        return None  # Kept by another version of the kit, or for a device that is not here: nothing is known.


def _differs_here(repository: Repository, model: str) -> bool:
    """Tell whether the examined repository means another model by a name than the kit that runs."""
    return find_entry(repository.manifest, model) != find_entry(load_manifest(), model)


CHECKS = (tuned, measured)
