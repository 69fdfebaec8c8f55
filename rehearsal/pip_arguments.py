"""From the arguments of pip, as the grader's builder gives them, to those of `uv pip install` on this machine."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable

from doctor.pip_options import (
    CONSTRAINT_OPTIONS,
    FILE_OPTIONS,
    MANNER_FLAGS,
    MANNER_OPTIONS,
    PLACE_OPTIONS,
    options_of,
)

_NAMES_A_FILE = frozenset({*FILE_OPTIONS, *CONSTRAINT_OPTIONS})
_NAMES_A_FOLDER = frozenset({"-f", "--find-links"})
_ARCHIVES = (".whl", ".tar.gz", ".zip")


class NotFollowedError(Exception):
    """An installation that only the image itself can make; the message says why."""


def arguments_for_uv(arguments: Iterable[str], locate: Callable[[str], str]) -> list[str]:
    """Return what uv is given in place of pip.

    Args:
        arguments: Of `pip install`.
        locate: From a path in the image to one on this machine; may raise NotFollowedError.

    Raises:
        NotFollowedError: They name a variable of the shell, or a folder beside the environment.
    """
    words: list[str] = []
    for option, value in options_of(arguments):
        if "$" in value or "`" in value:
            raise NotFollowedError(f"only a shell in the image knows what '{value}' is.")
        if option in PLACE_OPTIONS:
            raise NotFollowedError(f"it installs into '{value}'.")
        if option is None:
            path, bracket, extras = value.partition("[")
            words.append(f"{locate(path)}{bracket}{extras}" if _is_path(path) else value)
        elif option in _NAMES_A_FILE or (option in _NAMES_A_FOLDER and _is_path(value)):
            words += [option, value if "://" in value else locate(value)]
        elif option not in MANNER_OPTIONS and option not in MANNER_FLAGS:
            words += [option, value] if value else [option]
    return words


def arguments_of_line(line: str) -> list[str]:
    """Return the arguments that stand for a line of a requirement file; a requirement may hold spaces.

    Raises:
        NotFollowedError: A quotation mark stays open.
    """
    try:
        return shlex.split(line) if line.startswith("-") else [line]
    except ValueError as error:
        raise NotFollowedError("a quotation mark stays open.") from error


def _is_path(word: str) -> bool:
    return word.startswith((".", "/")) or (word.endswith(_ARCHIVES) and "://" not in word)
