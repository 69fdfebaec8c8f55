"""One trial: what a candidate costs, and, only where it fits the limit, how good it is.

A candidate whose upper bound of time exceeds its share of the limit is pruned before anything is separated. optuna
prunes studies of several objectives through no method of its own; the constraint, which its sampler learns from, says
by how much a trial exceeded the limit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NoReturn

import optuna
from optuna.trial import Trial

from audio import KitError
from separation.plan import Plan
from studies.filling import COUNTING, RedrawError
from tuning.costs import Cost, MeasureCost
from tuning.quality import Score

DIRECTIONS: tuple[Literal["maximize", "minimize"], ...] = ("maximize", "minimize", "minimize", "minimize")
"""Of MDX SDR, predicted seconds, predicted bytes of memory, and bytes of weights."""
LIMIT = "limit"
"""Name of the constraint."""
FAILED_VIOLATION = 100.0
"""Of a candidate that could not be measured or run: worse than any that is merely slow."""


@dataclass(frozen=True)
class Objective:
    """What optuna calls for each trial."""

    suggest: Callable[[Trial], Plan]
    measure: MeasureCost
    score: Score
    margin: float
    """Share of the limit that may be used."""

    def __call__(self, trial: Trial) -> tuple[float, float, float, float]:
        """Return the values of `DIRECTIONS`.

        Raises:
            optuna.TrialPruned: The candidate is too slow or does not run; the trial's attribute `reason` says why.
            RedrawError: An earlier trial has the same candidate.
        """
        try:
            plan = self.suggest(trial)
            trial.set_user_attr("plan", plan.model_dump(mode="json", exclude_defaults=True))
            _refuse_repetition(trial)
            cost = self.measure(plan)
            trial.set_user_attr("cost", cost.as_dict())
            self._check_limit(trial, cost)
            quality = self.score(plan)
        # Memory that does not suffice is a RuntimeError of torch. Left alone, the same draw would end each new run.
        except (KitError, RuntimeError, MemoryError) as error:
            _prune(trial, f"does not run: {error}", FAILED_VIOLATION)
        trial.set_user_attr("quality", quality.as_dict())
        trial.set_constraint(LIMIT, _violation(cost, self.margin))
        return quality.sdr, cost.seconds.mean, cost.memory_bytes.mean, float(cost.weight_bytes)

    def _check_limit(self, trial: Trial, cost: Cost) -> None:
        if cost.limit_share > self.margin:
            reason = f"may take {cost.limit_share:.0%} of the limit, {self.margin:.0%} are allowed"
            _prune(trial, reason, _violation(cost, self.margin))


def _refuse_repetition(trial: Trial) -> None:
    for other in trial.study.get_trials(deepcopy=False, states=COUNTING):
        if other.number < trial.number and other.user_attrs.get("plan") == trial.user_attrs["plan"]:
            raise RedrawError


def _violation(cost: Cost, margin: float) -> float:
    return cost.limit_share / margin - 1


def _prune(trial: Trial, reason: str, violation: float) -> NoReturn:
    trial.set_user_attr("reason", reason)
    trial.set_constraint(LIMIT, violation)
    raise optuna.TrialPruned(reason)
