"""Trials until a study holds as many as it shall.

Each trial has a sampler of its own, made from the trials that began before it and were not broken off. Where that is
seeded by their number, one worker that is stopped and started again makes the trials that it would have made without a
stop; with several workers the order in which they finish plays a part.

A draw that is not worth a trial is broken off and does not count (`RedrawError`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

import optuna
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial, Trial, TrialState

from studies.storage import quiet_optuna

COUNTING = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.RUNNING)
"""States of trials that were not broken off."""
REDRAWN = "redrawn"
"""Attribute of a trial that was broken off because its draw was not worth one."""
MOST_REDRAWN = 50
"""After as many in a row there is nothing new to be found."""

Evaluate = Callable[[Trial], float | tuple[float, ...]]
SamplerOf = Callable[[Sequence[FrozenTrial]], BaseSampler]
"""Trials that began before a trial -> what draws it."""
OnTrial = Callable[[FrozenTrial], None]


class RedrawError(Exception):
    """A draw from which nothing would be learnt: an earlier trial has tried it, or it is out of bounds."""


class _NoPlaceError(Exception):
    """Two workers began the last trial at once; the later one breaks its own off."""


@dataclass(frozen=True)
class Filling:
    """How a study is filled."""

    trials: int
    """How many trials the study shall hold, all workers and runs together."""
    sampler_of: SamplerOf


def fill_study(
    study: optuna.Study, evaluate: Evaluate, filling: Filling, on_trial: OnTrial = lambda trial: None
) -> None:
    """Run trials until the study holds as many as it shall, other workers' too, or nothing new is found any more.

    Args:
        study: From `studies.storage.open_study`.
        evaluate: The objective; it raises RedrawError for a draw that shall not count.
        filling: How many, drawn by what.
        on_trial: Called after each trial of this process.
    """

    def run(trial: Trial) -> float | tuple[float, ...]:
        before = [other for other in trial.study.get_trials(deepcopy=False) if other.number < trial.number]
        if places_taken(before) >= filling.trials:
            raise _NoPlaceError
        # Parameters are drawn one by one, in the trial: drawn together they would be before its place is known.
        trial.study.sampler = filling.sampler_of(before)
        try:
            return evaluate(trial)
        except RedrawError:
            trial.set_user_attr(REDRAWN, True)
            raise

    def tell(_: optuna.Study, trial: FrozenTrial) -> None:
        if trial.state != TrialState.FAIL:
            on_trial(trial)

    with quiet_optuna():
        while _has_place(study, filling.trials):
            study.optimize(run, n_trials=1, catch=(_NoPlaceError, RedrawError), callbacks=[tell])


def places_taken(trials: Sequence[FrozenTrial]) -> int:
    """Return how many trials count."""
    return sum(trial.state in COUNTING for trial in trials)


def draws_made(trials: Sequence[FrozenTrial]) -> int:
    """Return how many trials count or were drawn in vain: what a sampler's seed goes by."""
    return sum(map(_is_drawn, trials))


def redrawn_at_the_end(trials: Sequence[FrozenTrial]) -> int:
    """Return how many of the latest draws in a row were in vain."""
    return len(list(takewhile(_is_redrawn, (trial for trial in reversed(trials) if _is_drawn(trial)))))


def _has_place(study: optuna.Study, trials: int) -> bool:
    """Tell whether trials are left to run, and something new was drawn not long ago."""
    # optimize() does so too, but is not called where trials of killed workers seem to fill the study.
    optuna.storages.fail_stale_trials(study)
    begun = study.get_trials(deepcopy=False)
    return places_taken(begun) < trials and redrawn_at_the_end(begun) < MOST_REDRAWN


def _is_drawn(trial: FrozenTrial) -> bool:
    return trial.state in COUNTING or _is_redrawn(trial)


def _is_redrawn(trial: FrozenTrial) -> bool:
    return REDRAWN in trial.user_attrs
