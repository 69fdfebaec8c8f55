"""One wording for every wrong key or value that comes from a file or a caller.

pydantic finds the faults; this module turns its report into sentences of one grammar (subject, constraint, value
received, next step), and reads the settings of a model into its settings dataclass.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ArgsKwargs

from models.errors import SettingsError

SettingsT = TypeVar("SettingsT")

_UNKNOWN_KEY_TYPES = frozenset({"extra_forbidden", "unexpected_keyword_argument"})
_MISSING_KEY_TYPES = frozenset({"missing", "missing_argument"})
_SUBJECT = re.compile(r"^(Input|String|Tuple|List|Dictionary) should")
"""What pydantic calls the value of a key."""
_KIND = re.compile(r"str|int|float|bool|constrained-\w+|(tuple|list|dict|literal)\[.*\]")
"""How it names one of several kinds of value."""


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
    faults: dict[str, list[Mapping[str, Any]]] = {}
    for fault in error.errors(include_url=False):
        if _only_looks_too_short(dict(fault)):
            continue
        faults.setdefault(_key_of(fault), []).append(fault)
    return " ".join(_explain_fault(of_key, keys) for of_key in faults.values())


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


def _explain_fault(faults: list[Mapping[str, Any]], known_keys: tuple[str, ...]) -> str:
    """Word the faults of one key: one, or one for each kind of value that it may have."""
    fault = faults[0]
    key = _key_of(fault)
    if fault["type"] in _UNKNOWN_KEY_TYPES:
        known = f" Known keys: {', '.join(known_keys)}." if len(fault["loc"]) == 1 else ""
        return f"The key '{key}' is unknown.{did_you_mean(key, known_keys)}{known}"
    if fault["type"] in _MISSING_KEY_TYPES:
        return f"The key '{key}' is missing."
    if fault["type"] == "value_error" and isinstance(fault["input"], (Mapping, ArgsKwargs)):
        # A rule about several keys names them and their values itself; the section as a whole may be pages.
        return f"The key '{key}': {_constraint(fault)}" if key else _constraint(fault)
    first, *others = dict.fromkeys(map(_constraint, faults))
    constraint = " or ".join([first, *(other.removeprefix("must ") for other in others)])
    if constraint.startswith("must"):
        return f"The key '{key or 'the whole'}' {constraint}. Got {fault['input']!r}."
    return f"The key '{key or 'the whole'}': {constraint} Got {fault['input']!r}."


def _only_looks_too_short(fault: Mapping[str, Any]) -> bool:
    """Tell a list that is too short without its faulty items, which are reported themselves, from one that is."""
    return fault["type"] == "too_short" and len(fault["input"]) >= fault["ctx"]["min_length"]


def _constraint(fault: Mapping[str, Any]) -> str:
    return _SUBJECT.sub("must", str(fault["msg"]).removeprefix("Value error, "))


def _key_of(fault: Mapping[str, Any]) -> str:
    """Return the path of a fault without the kinds of value that pydantic adds to it."""
    return ".".join(str(part) for part in fault["loc"] if not _KIND.fullmatch(str(part)))
