"""From a request to a study that is filled: models and blends that can run, songs, trials."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from models.readiness import READY, readiness
from models.registry import model_entry
from separation.cost_measuring import machine_name
from separation.factory import as_plan, resolve_device
from separation.plan import Plan
from separation.published_blends import published_blend_names
from studies.errors import require_tuning_extra
from tuning.costs import Budget, MeasureCost, measure_cost
from tuning.model_facts import facts_of, usable_models
from tuning.outcome import Candidate, Outcome, read_outcome
from tuning.quality import Score, score_plan
from tuning.search_space import SearchSpace
from tuning.songs import TuningSong, find_songs

OnCandidate = Callable[[Candidate], None]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TuningRequest:
    """What is asked for."""

    folders: Sequence[Path]
    """Of songs."""
    study: Path
    trials: int
    models: Sequence[str] = ()
    """Names; none for all whose weights are here."""
    blends: Sequence[str] = ()
    """Names of published blends, or plan files; none for the published ones of these models."""
    budget: Budget = field(default_factory=Budget)
    device: str = "auto"
    random_weights: bool = False
    seed: int = 0
    """Of the search; plans have the seed 0."""


@dataclass(frozen=True)
class Tuning:
    """A request whose songs, models and blends were found."""

    request: TuningRequest
    songs: tuple[TuningSong, ...]
    space: SearchSpace

    @cached_property
    def identity(self) -> dict[str, Any]:
        """What all trials of the study share, under the names that messages use."""
        request, budget = self.request, self.request.budget
        return {
            "songs": [f"{song.name} ({song.fingerprint()})" for song in self.songs],
            "limit": budget.limit.name,
            "margin": budget.margin,
            "length of the reference song": budget.song_seconds,
            "scale": budget.scale,
            "machine": machine_name(
                Plan.model_validate({"model": "default", "device": request.device}), budget.options
            ),
            "clock": budget.options.clock,
            "models": [model.name for model in self.space.models],
            "blends": {name: plan.model_dump(mode="json") for name, plan in self.space.given.items()},
            "random weights": request.random_weights,
        }

    def fill(
        self,
        on_candidate: OnCandidate = lambda candidate: None,
        measure: MeasureCost | None = None,
        score: Score | None = None,
    ) -> Outcome:
        """Run trials until the study holds as many as were asked for.

        Args:
            on_candidate: Called after each trial of this process.
            measure: What predicts costs; None measures clips.
            score: What scores plans; None separates the songs.

        Raises:
            StudyError: The study is one of other songs, limits or models, or its file is none.
            OSError: The study cannot be written.
        """
        from tuning.objective import Objective
        from tuning.study import SearchPlan, fill_study, open_study

        budget = self.request.budget
        objective = Objective(
            suggest=self.space.suggest,
            measure=measure or (lambda plan: measure_cost(plan, budget)),
            score=score or (lambda plan: score_plan(plan, self.songs)),
            margin=budget.margin,
        )
        study = open_study(self.request.study, self.identity)
        search = SearchPlan(self.request.trials, self.request.seed, self.space.baselines)
        fill_study(study, objective, search, lambda trial: on_candidate(Candidate.of_trial(trial)))
        return read_outcome(study)


def prepare(request: TuningRequest) -> Tuning:
    """Find songs, models and blends.

    Raises:
        StudyError: optuna is not installed.
        TuningError: No model can run here, they do not give all stems, or a song lacks one.
        UnknownModelError: No model has a name that was given.
        DatasetError: A folder holds no songs.
        PlanError: A plan file is unreadable.
    """
    require_tuning_extra("Tuning")
    songs = find_songs(request.folders)
    names = usable_models(request.models, random_weights=request.random_weights)
    space = SearchSpace(
        models=tuple(facts_of(name, random_weights=request.random_weights) for name in names),
        given=_given_plans(request, names),
        device=request.device,
        device_type=resolve_device(request.device).type,
        random_weights=request.random_weights,
    )
    return Tuning(request, songs, space)


def _given_plans(request: TuningRequest, models: Sequence[str]) -> Mapping[str, Plan]:
    """Return the plans that are taken as they are, by the names under which they were given."""
    plans = {name: as_plan(name) for name in request.blends or published_blend_names()}
    if not request.blends:
        plans = {name: plan for name, plan in plans.items() if _models_of(plan) <= set(models)}
    lacking = {name: _lacks(plan) for name, plan in plans.items() if not request.random_weights and _lacks(plan)}
    for name, absent in lacking.items():
        logger.warning(
            "Left out '%s': weights of %s are not here. `mdx models fetch %s` gets them.",
            *(name, ", ".join(absent), " ".join(absent)),
        )
    chosen = {"device": request.device, "random_weights": request.random_weights, "evidence": {}}
    return {name: plan.model_copy(update=chosen) for name, plan in plans.items() if name not in lacking}


def _models_of(plan: Plan) -> set[str]:
    return {model_entry(part.model).name for part in plan.parts}


def _lacks(plan: Plan) -> list[str]:
    return sorted(name for name in _models_of(plan) if readiness(model_entry(name)) != READY)
