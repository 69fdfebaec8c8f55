"""YAML as plain values; whatever is wrong with a text is one kind of error.

PyYAML lets other errors through where a value looks like a date or a number and is none (`2021-13-45`, `!!int x`), and
where brackets are nested too deep.
"""

from __future__ import annotations

from typing import Any

import yaml


def parse_yaml(text: str) -> Any:
    """Return what a text holds.

    Raises:
        yaml.YAMLError: It is no YAML, or a value in it cannot be read.
    """
    try:
        return yaml.safe_load(text)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise yaml.YAMLError(f"a value in it cannot be read: {type(error).__name__}: {error}") from error
