"""What candidates are made of: which models, which of them gives which stem, and how each one is run.

A candidate is one model, two models with a share for each stem, one model for each stem, or a blend that is given and
taken as it is. Each model that takes part has settings of its own out of a few values; a value that the model would
refuse is never among them. Grids are coarse on purpose: trials that share a model's settings share its estimates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Protocol

from audio.stems import STEMS
from separation.blend_plan import BlendPlan, MemberPlan
from separation.plan import Plan
from tuning.errors import TuningError
from tuning.model_facts import ModelFacts

BY_STEM = "a model for each stem"
SHARE_STEP = 0.1
MOST_PAIRS_FIRST = 6
"""Pairs in equal parts that are tried before the search: their models' estimates are there by then."""
FINISHES: Mapping[str, Mapping[str, Any]] = {
    "none": {},
    "wiener": {"wiener_iterations": 1},
    "consistency": {"mixture_consistency": True},
}
"""What may be done to the stems of all models together."""
OVERLAPS = (0.1, 0.25, 0.5)
SHIFTS = (2, 4)
BATCHES = (1, 4)
WIENER_ITERATIONS = (0, 1, 2)
OWN_SETTINGS: Mapping[str, Mapping[str, tuple[Any, ...]]] = {"classical": {"piece_seconds": (15.0, 60.0)}}
"""Of models that do not run in the engine."""

Choice = str | float | int | bool | None


class Chooser(Protocol):
    """Chooses values: a trial of optuna."""

    def suggest_categorical(self, name: str, choices: Any) -> Any:
        """Choose one of a few values."""
        ...

    def suggest_float(self, name: str, low: float, high: float, *, step: float) -> float:
        """Choose a number of a grid."""
        ...


def setting_choices(model: ModelFacts, device_type: str) -> dict[str, tuple[Choice, ...]]:
    """Return what each setting of a model may be, where there is a choice; None leaves what is the model's own.

    Args:
        model: What it takes.
        device_type: "cpu" or "cuda": where it will run.
    """
    if not model.runs_in_engine:
        return {key: (None, *values) for key, values in OWN_SETTINGS.get(model.name, {}).items()}
    lower = ("bfloat16", "float16") if device_type == "cuda" else ("bfloat16",)
    choices: dict[str, tuple[Choice, ...]] = {
        "segment_seconds": (None, *_segments(model)),
        "overlap": (None, *(overlap for overlap in OVERLAPS if overlap != model.overlap)),
        "shifts": (None, *SHIFTS),
        "batch_chunks": (None, *BATCHES),
        "precision": (None, *lower),
    }
    if model.wiener_iterations is not None:
        others = (number for number in WIENER_ITERATIONS if number != model.wiener_iterations)
        choices["wiener_iterations"] = (None, *others)
    return {key: values for key, values in choices.items() if len(values) > 1}


@dataclass(frozen=True)
class SearchSpace:
    """All candidates of a study."""

    models: tuple[ModelFacts, ...]
    given: Mapping[str, Plan] = field(default_factory=dict)
    """Name -> a plan that is taken as it is."""
    device: str = "auto"
    """As in a plan."""
    device_type: str = "cpu"
    """What that is here."""
    random_weights: bool = False

    def __post_init__(self) -> None:
        """Refuse a space without candidates.

        Raises:
            TuningError: No model, no two of them and no given plan separate a song into all four stems.
        """
        if not self.systems:
            raise TuningError(
                f"The models must give {', '.join(STEMS)} between two of them. "
                f"Got {', '.join(model.name for model in self.models) or 'none'}. Name another model with --model."
            )

    @property
    def systems(self) -> tuple[str, ...]:
        """What may separate: the names of models, pairs of them and given plans."""
        alone = [model.name for model in self.models if model.separates_songs]
        by_stem = [BY_STEM] if len(self.models) > 2 and all(self._givers(stem) for stem in STEMS) else []
        return (*alone, *self._pairs, *by_stem, *self.given)

    @property
    def baselines(self) -> tuple[dict[str, Choice], ...]:
        """What is tried first: each model with its own settings, each given plan, then pairs in equal parts."""
        alone: list[dict[str, Choice]] = [
            {"system": model.name, "finish": "none", **self._untouched(model)}
            for model in self.models
            if model.separates_songs
        ]
        given: list[dict[str, Choice]] = [{"system": name} for name in self.given]
        pairs: list[dict[str, Choice]] = [
            {
                "system": pair,
                "finish": "none",
                **{_share_name(pair, model, stem): 0.5 for stem in STEMS},
                **self._untouched(model),
                **self._untouched(other),
            }
            for pair, (model, other) in list(self._pairs.items())[:MOST_PAIRS_FIRST]
        ]
        return (*alone, *given, *pairs)

    def suggest(self, trial: Chooser) -> Plan:
        """Let a trial choose a candidate."""
        system = trial.suggest_categorical("system", self.systems)
        if system in self.given:
            return self.given[system]
        weights = self._weights(trial, system)
        finish = trial.suggest_categorical("finish", tuple(FINISHES))
        members = [
            MemberPlan(model=model.name, settings=self._settings(trial, model), weights={**weights[model.name]})
            for model in self.models
            if any(weights.get(model.name, {}).values())
        ]
        common: dict[str, Any] = {"device": self.device, "random_weights": self.random_weights}
        if len(members) == 1 and finish == "none":
            return Plan(model=members[0].model, settings=members[0].settings, **common)
        return Plan(blend=BlendPlan(members=tuple(members), **FINISHES[finish]), **common)

    @property
    def _pairs(self) -> dict[str, tuple[ModelFacts, ModelFacts]]:
        return {
            f"{first.name} + {second.name}": (first, second)
            for first, second in combinations(self.models, 2)
            if set(STEMS) <= {*first.stems, *second.stems}
        }

    def _weights(self, trial: Chooser, system: str) -> dict[str, dict[str, float]]:
        """Return model -> stem -> weight."""
        if system in self._pairs:
            return self._shares(trial, system)
        if system != BY_STEM:
            return {system: dict.fromkeys(STEMS, 1.0)}
        chosen = {stem: trial.suggest_categorical(f"model of {stem}", self._givers(stem)) for stem in STEMS}
        return {model.name: {stem: 1.0 for stem, name in chosen.items() if name == model.name} for model in self.models}

    def _shares(self, trial: Chooser, pair: str) -> dict[str, dict[str, float]]:
        first, second = self._pairs[pair]
        share = {
            stem: round(trial.suggest_float(_share_name(pair, first, stem), 0.0, 1.0, step=SHARE_STEP), 6)
            if stem in first.stems and stem in second.stems
            else float(stem in first.stems)
            for stem in STEMS
        }
        return {
            first.name: {stem: part for stem, part in share.items() if part},
            second.name: {stem: round(1 - part, 6) for stem, part in share.items() if part < 1},
        }

    def _settings(self, trial: Chooser, model: ModelFacts) -> dict[str, Any]:
        chosen = {
            key: trial.suggest_categorical(f"{model.name}.{key}", values)
            for key, values in setting_choices(model, self.device_type).items()
        }
        return {key: value for key, value in chosen.items() if value is not None}

    def _untouched(self, model: ModelFacts) -> dict[str, Choice]:
        return {f"{model.name}.{key}": None for key in setting_choices(model, self.device_type)}

    def _givers(self, stem: str) -> tuple[str, ...]:
        return tuple(model.name for model in self.models if stem in model.stems)


def _share_name(pair: str, first: ModelFacts, stem: str) -> str:
    return f"{pair}: {first.name} in {stem}"


def _segments(model: ModelFacts) -> tuple[float, ...]:
    """Return half and twice of a model's own chunk, as far as it takes them."""
    if model.segment_seconds is None:
        return ()
    lengths = (round(model.segment_seconds / 2, 2), round(model.segment_seconds * 2, 2))
    return tuple(length for length in lengths if model.longest_seconds is None or length <= model.longest_seconds)
