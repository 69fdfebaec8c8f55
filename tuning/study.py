"""The studies of `mdx tune`: what they hold, and what draws their trials.

Baselines come first, then what optuna's sampler draws. After a draw that was tried before the next one is random:
coarse grids make repetitions common.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
from optuna.samplers import BaseSampler, PartialFixedSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial

from studies.filling import Evaluate, Filling, OnTrial, draws_made, redrawn_at_the_end
from studies.filling import fill_study as fill_any_study
from studies.storage import StudyKind
from studies.storage import open_study as open_any_study
from tuning.objective import DIRECTIONS

KIND = StudyKind("mdx tune", DIRECTIONS)
RANDOM_TRIALS = 10
"""Trials before the sampler follows what it has seen."""


@dataclass(frozen=True)
class SearchPlan:
    """How a study is filled."""

    trials: int
    """How many trials the study shall hold, all workers and runs together."""
    seed: int = 0
    baselines: Sequence[Mapping[str, Any]] = ()
    """Parameters of the first trials."""

    def sampler_of(self, before: Sequence[FrozenTrial]) -> BaseSampler:
        """Return what draws a trial, from the trials that began before it."""
        draws = draws_made(before)
        seed = self.seed * 1_000_003 + draws
        sampler: BaseSampler = TPESampler(seed=seed, multivariate=False, n_startup_trials=RANDOM_TRIALS)
        if draws < len(self.baselines):
            return PartialFixedSampler(dict(self.baselines[draws]), sampler)
        return RandomSampler(seed) if redrawn_at_the_end(before) else sampler


def open_study(path: Path, identity: Mapping[str, Any]) -> optuna.Study:
    """Open a study, or begin one; arguments and errors are those of `studies.storage.open_study`."""
    return open_any_study(path, KIND, identity)


def fill_study(
    study: optuna.Study, evaluate: Evaluate, search: SearchPlan, on_trial: OnTrial = lambda trial: None
) -> None:
    """Run trials until the study holds as many as it shall; see `studies.filling.fill_study`."""
    fill_any_study(study, evaluate, Filling(search.trials, search.sampler_of), on_trial)
