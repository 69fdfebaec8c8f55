"""What can be wrong about a study, as one kind of error."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from audio import KitError


class StudyError(KitError):
    """A file that is no study, a study of something else, or a search without the package for it."""


def require_tuning_extra(what: str, modules: Sequence[str] = ("optuna",)) -> None:
    """Refuse to search without the packages for it.

    Args:
        what: What needs them, at the beginning of a sentence.
        modules: What it imports of them.

    Raises:
        StudyError: One is not installed.
    """
    for module in modules:
        if find_spec(module) is None:
            raise StudyError(
                f"{what} needs the package '{module}', which must be installed. It is not. "
                'Install the extra: uv pip install -e ".[tuning]"'
            )
