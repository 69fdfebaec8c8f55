"""Configs of networks from what YAML and JSON hold: lists for tuples, mappings for configs inside configs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

from models.errors import SettingsError
from models.validation import did_you_mean

ConfigT = TypeVar("ConfigT")


def with_content(config: ConfigT, content: Mapping[str, Any]) -> ConfigT:
    """Return a frozen config with other values in some fields.

    Args:
        config: A dataclass.
        content: Field -> value; of a field that is a config itself, those of its fields that differ.

    Raises:
        SettingsError: A field that the config does not have.
    """
    known = [field.name for field in dataclasses.fields(config)]  # type: ignore[arg-type]  # the same
    if unknown := [name for name in content if name not in known]:
        raise SettingsError(
            f"A {type(config).__name__} must be given fields that it has: {', '.join(known)}. Got '{unknown[0]}'."
            f"{did_you_mean(unknown[0], known)}"
        )
    values = {name: _value(getattr(config, name), value) for name, value in content.items()}
    return dataclasses.replace(config, **values)  # type: ignore[type-var]  # a dataclass, which no type says


def _value(before: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(before) and isinstance(value, Mapping):
        return with_content(before, value)
    return _frozen(value)


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value
