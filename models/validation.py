"""One wording for every wrong key or value that comes from a file or a caller.

pydantic finds the faults; this module turns its report into sentences of one grammar (subject, constraint, value
received, next step), and reads the settings of a model into its settings dataclass.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from models.errors import SettingsError

SettingsT = TypeVar("SettingsT")

_UNKNOWN_KEY_TYPES = frozenset({"extra_forbidden", "unexpected_keyword_argument"})
_MISSING_KEY_TYPES = frozenset({"missing", "missing_argument"})


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the closest choice, or an empty string when none is close."""
    close = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.5)
    return f" Did you mean '{close[0]}'?" if close else ""


def explain_validation_error(error: ValidationError, known_keys: Iterable[str]) -> str:
    """Turn pydantic's report into one sentence for each fault.

    Args:
        error: What pydantic raised.
        known_keys: The keys of the outermost level, for suggestions.
    """
    keys = tuple(known_keys)
    return " ".join(_explain_fault(dict(fault), keys) for fault in error.errors(include_url=False))


def read_settings(settings_class: type[SettingsT], settings: Mapping[str, Any], model: str) -> SettingsT:
    """Build a model's settings dataclass from loose keys and values.

    Args:
        settings_class: A `pydantic.dataclasses.dataclass` whose fields are the settings.
        settings: What the plan or the caller gave.
        model: Name of the model, for the message.

    Raises:
        SettingsError: A key is unknown or a value breaks its constraint.
    """
    known = tuple(field.name for field in dataclasses.fields(settings_class))  # type: ignore[arg-type] # any dataclass
    try:
        return settings_class(**settings)
    except ValidationError as error:
        message = f"The settings of the model '{model}' are not usable. {explain_validation_error(error, known)}"
        raise SettingsError(message) from error


def _explain_fault(fault: Mapping[str, Any], known_keys: tuple[str, ...]) -> str:
    key = ".".join(str(part) for part in fault["loc"]) or "the whole"
    if fault["type"] in _UNKNOWN_KEY_TYPES:
        known = f" Known keys: {', '.join(known_keys)}." if len(fault["loc"]) == 1 else ""
        return f"The key '{key}' is unknown.{did_you_mean(key, known_keys)}{known}"
    if fault["type"] in _MISSING_KEY_TYPES:
        return f"The key '{key}' is missing."
    constraint = str(fault["msg"]).removeprefix("Value error, ").replace("Input should", "must", 1)
    if constraint.startswith("must"):
        return f"The key '{key}' {constraint}. Got {fault['input']!r}."
    return f"The key '{key}': {constraint} Got {fault['input']!r}."
