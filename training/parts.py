"""Parts of a recipe by name, such as losses: how one is looked up, checked and built from what YAML holds.

A part is a pydantic dataclass; its fields are its settings, so that a wrong key or value in a recipe becomes one clear
sentence instead of a traceback in the middle of a training run.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from audio.errors import KitError
from models.validation import did_you_mean, explain_validation_error

STRICT = ConfigDict(extra="forbid")
"""For every part: unknown settings are refused."""

Share = Annotated[float, Field(ge=0.0, le=1.0)]
"""A probability or a share of a whole."""

PartT = TypeVar("PartT")
EntryT = TypeVar("EntryT", bound=BaseModel)


class PartError(KitError):
    """A recipe names a part that does not exist, or gives it settings that it cannot use."""


class MissingExtraError(KitError):
    """A package of an extra is needed and not installed."""

    def __init__(self, subject: str, package: str, extra: str = "training") -> None:
        super().__init__(
            f"{subject} needs the package '{package}', which must be installed. It is not. "
            f'Install the extra: uv pip install -e ".[{extra}]"'
        )


def build_part(kind: str, parts: Mapping[str, type[PartT]], name: str, settings: Mapping[str, Any]) -> PartT:
    """Build a part of a recipe.

    Args:
        kind: What it is, for messages, for example "augmentation".
        parts: All names and their classes.
        name: The name that the recipe gives.
        settings: The settings that the recipe gives; those left out keep their defaults.

    Raises:
        PartError: The name is unknown, a setting is unknown or a value breaks its constraint.
    """
    if name not in parts:
        raise PartError(
            f"The {kind} must be one of {', '.join(sorted(parts))}. Got '{name}'.{did_you_mean(name, parts)}"
        )
    part_class = parts[name]
    known = tuple(field.name for field in dataclasses.fields(part_class))  # type: ignore[arg-type] # any dataclass
    # Else pydantic reports keys that are no words of Python as a TypeError.
    if unknown := [key for key in settings if key not in known]:
        raise PartError(
            f"The settings of the {kind} '{name}' are not usable. The key '{unknown[0]}' is unknown."
            f"{did_you_mean(str(unknown[0]), known)} Known keys: {', '.join(known) or 'none'}."
        )
    try:
        return part_class(**settings)
    except ValidationError as error:
        raise PartError(f"The settings of the {kind} '{name}' are not usable. {_explained(error, known)}") from error


def read_entry(kind: str, entry_class: type[EntryT], entry: EntryT | Mapping[str, Any]) -> EntryT:
    """Check one entry of a list in a recipe, which names a part and holds its settings.

    Args:
        kind: What the list holds, for messages, for example "augmentations".
        entry_class: The entry's schema.
        entry: The entry, or what YAML holds.

    Raises:
        PartError: A key is unknown or missing, or a value breaks its constraint.
    """
    try:
        return entry_class.model_validate(entry)
    except ValidationError as error:
        explanation = explain_validation_error(error, entry_class.model_fields)
        raise PartError(f"An entry of the {kind} is not usable. {explanation} Got the entry {entry}.") from error


def _explained(error: ValidationError, known: tuple[str, ...]) -> str:
    """Word pydantic's report; a fault of several settings together has been worded by the part itself."""
    first = error.errors(include_url=False)[0]
    return (
        str(first["msg"]).removeprefix("Value error, ") if not first["loc"] else explain_validation_error(error, known)
    )


def check_range(low: float, high: float, what: str) -> None:
    """Refuse a range whose ends are swapped.

    Raises:
        ValueError: `low` is above `high`.
    """
    if low > high:
        raise ValueError(f"The range of {what} must not end below its start. Got {low} to {high}. Swap them.")
