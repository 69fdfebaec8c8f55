"""A plan: the YAML file in which a competitor says what separates the songs.

    model: classical
    settings: {}
    device: auto

Reading it loads no model. Blends of several models will be further keys of the same file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from audio import KitError
from models.validation import explain_validation_error


class PlanError(KitError):
    """A plan cannot be read or breaks its schema; the message names the file, the key, the constraint and the value."""


class Plan(BaseModel):
    """What separates the songs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    """Name of a model, or `default`."""
    settings: dict[str, Any] = {}
    """Settings of that model; the model checks them."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where networks run; auto is cuda where there is one."""
    seed: int = Field(default=0, ge=0)
    """Seeds random weights and random test-time variants."""
    random_weights: bool = False
    """Networks with random weights: for tests and timing only."""
    encoding: Literal["PCM_16", "PCM_24", "FLOAT"] = "PCM_16"
    """How a submission writes its stems."""


def load_plan(path: str | Path) -> Plan:
    """Read and check a plan.

    Raises:
        PlanError: The file is missing, is not YAML, or breaks the schema.
    """
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
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
