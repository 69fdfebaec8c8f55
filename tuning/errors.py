"""What can be wrong about a request to tune, as one kind of error."""

from __future__ import annotations

from importlib.util import find_spec

from audio import KitError


class TuningError(KitError):
    """Songs, models, a study or a plan file with which tuning cannot begin or end."""


def require_tuning_extra() -> None:
    """Refuse to tune without the package for it.

    Raises:
        TuningError: optuna is not installed.
    """
    if find_spec("optuna") is None:
        raise TuningError(
            "Tuning needs the package 'optuna', which must be installed. It is not. "
            'Install the extra: uv pip install -e ".[tuning]"'
        )
