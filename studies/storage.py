"""A study on disk: one SQLite file that several processes may work on, and that knows what its trials share.

Another run's trials would be compared with what they cannot be compared with, so a study refuses to go on with another
identity.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import optuna
from sqlalchemy.exc import SQLAlchemyError

from models.files.file_locks import locked
from studies.errors import StudyError

IDENTITY = "identity"
"""Attribute of the study that says what its trials share."""
BUSY_SECONDS = 120
"""How long a worker waits for another one's transaction."""
HEARTBEAT_SECONDS = 30
"""How often a worker says that it lives: a trial whose worker was killed counts as broken off after twice that."""


@dataclass(frozen=True)
class StudyKind:
    """What a command keeps in its studies."""

    command: str
    """Its name as users type it, which is also the study's."""
    directions: Sequence[Literal["maximize", "minimize"]]
    """Of each objective."""


def open_study(path: Path, kind: StudyKind, identity: Mapping[str, Any]) -> optuna.Study:
    """Open a study, or begin one.

    Args:
        path: The SQLite file.
        kind: Of which command.
        identity: What all its trials must share, as plain values for JSON.

    Raises:
        StudyError: The file is no study of this kind, or is one of something else; the message names what differs.
        OSError: It cannot be written.
    """
    with locked(path), quiet_optuna():
        try:
            storage = optuna.storages.RDBStorage(
                f"sqlite:///{path}",
                engine_kwargs={"connect_args": {"timeout": BUSY_SECONDS}},
                heartbeat_interval=HEARTBEAT_SECONDS,
            )
            _check_kind(storage, kind)
            study = optuna.create_study(
                storage=storage, study_name=kind.command, directions=list(kind.directions), load_if_exists=True
            )
        except (SQLAlchemyError, optuna.exceptions.OptunaError, RuntimeError) as error:
            reason = getattr(error, "orig", None) or error
            raise StudyError(
                f"The study must be a file that `{kind.command}` wrote, or a new one. Got '{path}' ({reason}). "
                "Name another file with --study."
            ) from error
        _check_identity(study, path, json.loads(json.dumps(identity)))
    return study


@contextmanager
def quiet_optuna() -> Iterator[None]:
    """Leave the telling to the command: no line for each trial, nothing about what optuna calls experimental."""
    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(level)


def _check_kind(storage: optuna.storages.RDBStorage, kind: StudyKind) -> None:
    others = {study.study_name for study in storage.get_all_studies()} - {kind.command}
    if others:
        raise RuntimeError(f"it holds a study of `{min(others)}`")


def _check_identity(study: optuna.Study, path: Path, identity: Mapping[str, Any]) -> None:
    kept = study.user_attrs.get(IDENTITY)
    if kept is None:
        study.set_user_attr(IDENTITY, identity)
        return
    different = [key for key in (*identity, *kept) if identity.get(key) != kept.get(key)]
    if different:
        key = different[0]
        raise StudyError(
            f"The study '{path}' must go on with the {key} that it began with: {_short(kept.get(key))}. "
            f"Got {_short(identity.get(key))}. Begin another study with --study, or take the former {key}."
        )


def _short(value: Any) -> str:
    if isinstance(value, dict):
        value = list(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "none" if value is None else str(value)
