"""The members of a blend to be fitted: models by name, or plan files of one model with its settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.registry import model_entry
from separation.cached_separator import CachedSeparator
from separation.factory import as_plan
from separation.plan import Plan, PlanError
from separation.prediction_cache import PredictionCache

FEWEST_MEMBERS = 2


@dataclass(frozen=True)
class Member:
    """One model of a blend."""

    title: str
    """As the user named it."""
    plan: Plan
    separator: CachedSeparator


def find_members(
    names: Sequence[str], *, device: str = "auto", random_weights: bool = False, cache: PredictionCache | None = None
) -> list[Member]:
    """Look up members; nothing is loaded yet.

    Args:
        names: Names of models, or paths of plan files.
        device: "cpu", "cuda", or "auto" for what the plans say.
        random_weights: Networks with random weights, for tests.
        cache: Where estimates are kept; None is the user's.

    Raises:
        PlanError: Fewer than two, a blend, one that is there twice, or plans with different seeds.
        UnknownModelError: No model has this name.
    """
    if len(names) < FEWEST_MEMBERS:
        raise PlanError(
            f"A blend must have at least {FEWEST_MEMBERS} members. Got {', '.join(names) or 'none'}. "
            "Name models of `mdx models list`, or plan files."
        )
    changes: dict[str, object] = {"random_weights": True} if random_weights else {}
    changes |= {} if device == "auto" else {"device": device}
    plans = [_single(name).model_copy(update=changes) for name in names]
    _check_different(names, plans)
    _check_shared(plans)
    return [Member(name, plan, CachedSeparator(plan, cache)) for name, plan in zip(names, plans, strict=True)]


def _single(name: str) -> Plan:
    """Return the plan of a member, with its model by the name that no later default changes."""
    plan = as_plan(name)
    if plan.model is None:
        raise PlanError(
            f"A member must be one model. Got '{name}', a {plan.title}. Name its models, each with a plan file of its "
            "own where it has settings."
        )
    return plan.model_copy(update={"model": model_entry(plan.model).name})


def _check_different(names: Sequence[str], plans: Sequence[Plan]) -> None:
    for position, plan in enumerate(plans):
        earlier = next((one for one in range(position) if plans[one].parts == plan.parts), None)
        if earlier is not None:
            raise PlanError(
                f"The members must differ in model or settings. Got '{names[earlier]}' and '{names[position]}', both "
                f"{plan.model}. Leave one of them out."
            )


def _check_shared(plans: Sequence[Plan]) -> None:
    """Refuse what members have for themselves and a plan only once."""
    for key in ("seed", "random_weights", "device"):
        values = sorted({str(getattr(plan, key)) for plan in plans})
        if len(values) > 1:
            raise PlanError(
                f"The members must share the key '{key}', which a plan holds once. Got {' and '.join(values)}. "
                "Write the same into their plan files."
            )
