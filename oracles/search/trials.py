"""One trial of a search: its sliCQ, and what the oracle reaches with it; and what draws it.

Random trials are drawn from the seed and their place in the study. TPE follows the trials before from the eleventh on;
where it draws slices that are too long, or a sliCQ that was tried, the draw does not count and the next one is random.

Reference: Bergstra, Bardenet, Bengio, Kégl, "Algorithms for Hyper-Parameter Optimization", NeurIPS 2011 (TPE)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optuna.samplers import BaseSampler, PartialFixedSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial, Trial

from evaluator.score_files import null_for_nan
from oracles.search.request import SearchRequest
from studies.filling import COUNTING, RedrawError, draws_made, places_taken, redrawn_at_the_end

RANDOM_TRIALS = 10
"""Trials before TPE follows what it has seen."""
TRANSFORM, SLICE, SDR = "transform", "slice_samples", "sdr"
"""Attributes of a trial: its sliCQ by name, the length of slices, and the scores."""


@dataclass(frozen=True)
class SearchTrial:
    """What optuna calls for each trial."""

    request: SearchRequest

    def __call__(self, trial: Trial) -> float:
        """Return the mean MDX SDR in dB.

        Raises:
            RedrawError: The sliCQ is out of bounds, or an earlier trial has the same.
        """
        space = self.request.space
        parameters = space.suggest(trial)
        if not space.fits(parameters):
            raise RedrawError
        transform = space.transform(parameters)
        trial.set_user_attr(TRANSFORM, transform.name)
        _refuse_repetition(trial, transform.name)
        scores = self.request.score(transform)
        trial.set_user_attr(SLICE, transform.config.slice_samples)
        trial.set_user_attr(SDR, null_for_nan(scores))
        return scores["mean"]

    def sampler_of(self, before: Sequence[FrozenTrial]) -> BaseSampler:
        """Return what draws a trial, from the trials that began before it."""
        request = self.request
        seed = request.seed * 1_000_003 + draws_made(before)
        is_guided = request.sampler == "tpe" and places_taken(before) >= RANDOM_TRIALS
        if is_guided and not redrawn_at_the_end(before):
            return TPESampler(seed=seed, multivariate=False, n_startup_trials=RANDOM_TRIALS)
        return PartialFixedSampler(dict(request.space.draw(seed)), RandomSampler(seed))


def _refuse_repetition(trial: Trial, name: str) -> None:
    for other in trial.study.get_trials(deepcopy=False, states=COUNTING):
        if other.number < trial.number and other.user_attrs.get(TRANSFORM) == name:
            raise RedrawError
