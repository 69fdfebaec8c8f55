"""pyproject.toml: which Pythons the kit supports and which packages it asks for.

Reference: https://packaging.python.org/en/latest/specifications/pyproject-toml/
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from doctor.findings import UnreadableError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = "pyproject.toml"


@dataclass(frozen=True)
class Project:
    """What its table `project` says."""

    requires_python: str = ""
    """A range of versions; empty for any."""
    dependencies: tuple[str, ...] = ()


def read_project(text: str) -> Project:
    """Read the file's text.

    Raises:
        UnreadableError: It is no TOML, or a value is of the wrong kind.
    """
    try:
        content: dict[str, Any] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UnreadableError(PROJECT, f"It is no valid TOML: {error}.") from error
    table = content.get("project", {})
    if not isinstance(table, dict):
        raise UnreadableError(PROJECT, f"'project' must be a table. Got {table!r}.")
    python, dependencies = table.get("requires-python", ""), table.get("dependencies", [])
    if not isinstance(python, str):
        raise UnreadableError(PROJECT, f"'requires-python' must be a text, such as '>=3.10'. Got {python!r}.")
    if not isinstance(dependencies, list) or not all(isinstance(one, str) for one in dependencies):
        raise UnreadableError(PROJECT, f"'dependencies' must be a list of texts. Got {dependencies!r}.")
    return Project(python, tuple(dependencies))
