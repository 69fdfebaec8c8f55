"""Configs of networks from what YAML and JSON hold: lists for tuples, mappings for configs inside configs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar, get_type_hints

from pydantic import TypeAdapter, ValidationError

from models.errors import SettingsError
from models.validation import did_you_mean

ConfigT = TypeVar("ConfigT")


def with_content(config: ConfigT, content: Mapping[str, Any]) -> ConfigT:
    """Return a frozen config with other values in some fields.

    Args:
        config: A dataclass.
        content: Field -> value; of a field that is a config itself, those of its fields that differ.

    Raises:
        SettingsError: A field that the config does not have, or a value of another kind than the field's.
    """
    known = [field.name for field in dataclasses.fields(config)]  # type: ignore[arg-type]  # the same
    if unknown := [name for name in content if name not in known]:
        raise SettingsError(
            f"A {type(config).__name__} must be given fields that it has: {', '.join(known)}. Got '{unknown[0]}'."
            f"{did_you_mean(unknown[0], known)}"
        )
    values = {name: _value(getattr(config, name), value) for name, value in content.items()}
    kinds = get_type_hints(type(config))
    for name, value in values.items():
        _check_kind(f"{type(config).__name__}'s '{name}'", kinds[name], value)
    return dataclasses.replace(config, **values)  # type: ignore[type-var]  # a dataclass, which no type says


def _value(before: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(before) and isinstance(value, Mapping):
        return with_content(before, value)
    return _frozen(value)


def _check_kind(subject: str, kind: Any, value: Any) -> None:
    try:
        TypeAdapter(kind).validate_python(value, strict=True)
    except ValidationError as error:
        # A fault's path has what pydantic calls the kinds of value, so what is wrong is said of the whole value.
        reasons = dict.fromkeys(fault["msg"].replace("Input should", "must") for fault in error.errors())
        raise SettingsError(f"{subject} {' or '.join(reasons)}. Got {value!r}.") from error


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value
