"""A plan: the YAML file in which a competitor says what separates the songs.

    model: classical
    settings: {}
    device: auto

In place of `model` and `settings` it may hold `blend`: a section of several models (`separation.blend_plan`), or the
name of a published one (`separation.published_blends`). Reading a plan loads no model.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from audio import KitError
from models.registry import model_entry
from models.validation import explain_validation_error
from models.yaml_text import parse_yaml
from separation.blend_plan import BlendPlan
from separation.deadline.guard_plan import GuardPlan
from separation.published_blends import load_published_blend, published_blend_names


class PlanError(KitError):
    """A plan cannot be read or breaks its schema; the message names the file, the key, the constraint and the value."""


class Part(NamedTuple):
    """A model that a plan runs."""

    model: str
    settings: dict[str, Any]


class Plan(BaseModel):
    """What separates the songs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str | None = None
    """Name of a model, or `default`; None where a blend separates."""
    settings: dict[str, Any] = {}
    """Settings of that model; the model checks them."""
    blend: BlendPlan | None = None
    """Several models in place of one."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where networks run; auto is cuda where there is one."""
    seed: int = Field(default=0, ge=0)
    """Seeds random weights and random test-time variants."""
    random_weights: bool = False
    """Networks with random weights: for tests and timing only."""
    encoding: Literal["PCM_16", "PCM_24", "FLOAT"] = "PCM_16"
    """How a submission writes its stems."""
    guard: GuardPlan = GuardPlan()
    """How a submission keeps its time limit."""
    evidence: dict[str, Any] = {}
    """How the plan was found: scores, times, songs. Tools write it, people read it; it changes no sample."""

    @field_validator("blend", mode="before")
    @classmethod
    def _look_up(cls, blend: object) -> object:
        """Put a published blend in the place of its name."""
        if not isinstance(blend, str):
            return blend
        names = published_blend_names()
        if blend not in names:
            raise ValueError(f"must be a section, or one of {', '.join(names)}")
        return load_published_blend(blend).blend

    @model_validator(mode="after")
    def _check_choice(self) -> Plan:
        if (self.model is None) == (self.blend is None):
            got = "neither" if self.model is None else "both"
            raise ValueError(
                f"A plan must have either 'model' or 'blend'. Got {got}. `model: default` is the simplest."
            )
        if self.model in published_blend_names():
            raise ValueError(
                f"The key 'model' must name a model. Got '{self.model}', a blend: write `blend: {self.model}`."
            )
        if self.blend is not None and self.settings:
            raise ValueError(
                "The key 'settings' must go with 'model'. Got it beside 'blend'. Give each member its own `settings`."
            )
        return self

    @property
    def parts(self) -> tuple[Part, ...]:
        """The models that are run, with their settings."""
        if self.blend is None:
            return (Part(str(self.model), self.settings),)
        return tuple(Part(member.model, member.settings) for member in self.blend.members if member.counts())

    @property
    def title(self) -> str:
        """What separates, in a few words."""
        names = " + ".join(part.model for part in self.parts)
        return names if self.blend is None else f"blend of {names}"

    def stems(self) -> tuple[str, ...]:
        """Return the names of the stems that the plan gives.

        Raises:
            UnknownModelError: No model has the planned name.
            BlendError: The blend cannot be made.
        """
        return model_entry(str(self.model)).stems if self.blend is None else self.blend.stems()

    def with_settings(self, settings: dict[str, Any]) -> Plan:
        """Return the plan with settings over its own.

        Raises:
            PlanError: There are some, and the plan is a blend.
        """
        if settings and self.blend is not None:
            raise PlanError(
                f"Settings must belong to one model. Got {', '.join(settings)} for a {self.title}. "
                "Write them into the `settings` of its members in a plan file."
            )
        return self.model_copy(update={"settings": {**self.settings, **settings}})


def load_plan(path: str | Path) -> Plan:
    """Read and check a plan.

    Raises:
        PlanError: The file is missing, is not YAML, or breaks the schema.
    """
    try:
        content = parse_yaml(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(f"The plan '{path}' must be a readable text file. Got: {error}.") from error
    except yaml.YAMLError as error:
        raise PlanError(f"The plan '{path}' must be valid YAML. Got: {' '.join(str(error).split())}.") from error
    if not isinstance(content, dict):
        raise PlanError(
            f"The plan '{path}' must hold keys and values, such as `model: default`. Got {type(content).__name__}."
        )
    try:
        return Plan.model_validate(content)
    except ValidationError as error:
        raise PlanError(f"The plan '{path}': {explain_validation_error(error, Plan.model_fields)}") from error
