"""What a search found: its candidates, the best for each stem, what to type for the best, which parameters mattered.

How much a parameter matters is told by a functional analysis of variance: which share of the variance of the score over
the whole space, as a random forest learns it from the trials, is that parameter's alone. It holds for trials that crowd
together, too, as those of TPE do. Reference: Hutter, Hoos, Leyton-Brown, "An Efficient Approach for Assessing
Hyperparameter Importance", ICML 2014
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import optuna
from optuna.importance import FanovaImportanceEvaluator, get_param_importances
from optuna.trial import FrozenTrial, TrialState

from oracles.definitions import KIT
from oracles.gabor_transforms import SliCQTransform
from oracles.search.request import Scores
from oracles.search.trials import SDR, SLICE, TRANSFORM
from oracles.summary import COLUMNS
from oracles.transform_names import read_transform, transform_option
from studies.storage import quiet_optuna

FEWEST_FOR_IMPORTANCES = 20


@dataclass(frozen=True)
class Candidate:
    """What one trial tried."""

    number: int
    """Of the trial."""
    transform: str
    """The sliCQ by its name in tables."""
    slice_samples: int
    parameters: Mapping[str, Any]
    """As drawn: `oracles.search.space.Parameters`."""
    scores: Scores

    @classmethod
    def of_trial(cls, trial: FrozenTrial) -> Candidate:
        """Read what a trial kept."""
        kept = trial.user_attrs
        return cls(trial.number, kept[TRANSFORM], kept[SLICE], trial.params, scores_of(kept[SDR]))

    @property
    def option(self) -> str:
        """What `mdx oracle --transforms` takes for it."""
        return transform_option(self.transform)

    @property
    def setting(self) -> str:
        """The `SliCQConfig` as Python."""
        transform = read_transform(self.option, KIT)
        assert isinstance(transform, SliCQTransform)
        return repr(transform.config)


@dataclass(frozen=True)
class Outcome:
    """All candidates of a study, and what they are compared with."""

    asked: Mapping[str, Any]
    """What all trials share: `oracles.search.request.SearchRequest.identity`."""
    candidates: tuple[Candidate, ...]
    """In the order of their trials; at least one."""
    references: Mapping[str, Scores]
    """Name in tables -> scores, the STFT first."""
    importances: Mapping[str, float]
    """Parameter -> share of all, the largest first; empty where the trials are too few."""

    @property
    def ranked(self) -> list[Candidate]:
        """The candidates, best first; of equal ones the earlier."""
        return sorted(self.candidates, key=lambda one: (-one.scores["mean"], one.number))

    def best_of(self, column: str) -> Candidate | None:
        """Return the best candidate for a stem, or for their mean; None where a stem is silent in all songs."""
        sounding = [one for one in self.candidates if not math.isnan(one.scores[column])]
        return max(sounding, key=lambda one: (one.scores[column], -one.number), default=None)


def scores_of(kept: Mapping[str, float | None]) -> Scores:
    """Return scores as a study keeps them, with NaN where there is none."""
    return {column: math.nan if (value := kept[column]) is None else value for column in COLUMNS}


def read_candidates(study: optuna.Study) -> list[Candidate]:
    """Read the finished trials of a study."""
    return [Candidate.of_trial(trial) for trial in study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))]


def read_importances(study: optuna.Study) -> dict[str, float]:
    """Return which share of the score's variance each parameter that varies accounts for, the largest first."""
    trials = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    varying = [name for name in (trials[0].params if trials else ()) if len({one.params[name] for one in trials}) > 1]
    if len(trials) < FEWEST_FOR_IMPORTANCES or len(varying) < 2:
        return {}
    with quiet_optuna():
        found = get_param_importances(study, evaluator=FanovaImportanceEvaluator(seed=0), params=varying)
    return {name: float(share) for name, share in sorted(found.items(), key=lambda pair: -pair[1])}
