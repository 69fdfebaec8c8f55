"""The study on disk: one SQLite file that several processes may work on, and that goes on where it was left.

A study belongs to its songs, limit, machine and models: another run's trials would be compared with what they cannot be
compared with, so a study refuses to go on with others. Each trial has a sampler of its own, seeded by its place among
the trials that were not broken off. One worker that is stopped and started again therefore makes the trials that it
would have made without a stop; with several workers the order in which they finish plays a part.

A trial that draws what was tried before is broken off, does not count, and the next draw is random: coarse grids make
repetitions common.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import optuna
from optuna.samplers import BaseSampler, PartialFixedSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial, Trial, TrialState
from sqlalchemy.exc import SQLAlchemyError

from models.file_locks import locked
from tuning.errors import TuningError
from tuning.objective import COUNTING, DIRECTIONS, RepeatedError

NAME = "mdx tune"
IDENTITY = "identity"
"""Attribute of the study that says what its trials share."""
BUSY_SECONDS = 120
"""How long a worker waits for another one's transaction."""
HEARTBEAT_SECONDS = 30
"""How often a worker says that it lives: a trial whose worker was killed counts as broken off after twice that."""
REPEATED = "repeated"
"""Attribute of a trial that was broken off because it drew what was tried before."""
MOST_REPETITIONS = 50
"""After as many in a row there is nothing new to be found."""
RANDOM_TRIALS = 10
"""Trials before the sampler follows what it has seen."""

Evaluate = Callable[[Trial], tuple[float, ...]]
OnTrial = Callable[[FrozenTrial], None]


class _NoPlaceError(Exception):
    """Two workers began the last trial at once; the later one breaks its own off."""


@dataclass(frozen=True)
class SearchPlan:
    """How a study is filled."""

    trials: int
    """How many trials the study shall hold, all workers and runs together."""
    seed: int = 0
    baselines: Sequence[Mapping[str, Any]] = ()
    """Parameters of the first trials."""


def open_study(path: Path, identity: Mapping[str, Any]) -> optuna.Study:
    """Open a study, or begin one.

    Args:
        path: The SQLite file.
        identity: What all its trials must share, as plain values for JSON.

    Raises:
        TuningError: The file is no study, or is one of something else; the message names what differs.
        OSError: It cannot be written.
    """
    with locked(path), _quiet_optuna():
        try:
            storage = optuna.storages.RDBStorage(
                f"sqlite:///{path}",
                engine_kwargs={"connect_args": {"timeout": BUSY_SECONDS}},
                heartbeat_interval=HEARTBEAT_SECONDS,
            )
            study = optuna.create_study(
                storage=storage, study_name=NAME, directions=list(DIRECTIONS), load_if_exists=True
            )
        except (SQLAlchemyError, optuna.exceptions.OptunaError, RuntimeError) as error:
            reason = getattr(error, "orig", None) or error
            raise TuningError(
                f"The study must be a file that `mdx tune` wrote, or a new one. Got '{path}' ({reason}). "
                "Name another file with --study."
            ) from error
        _check_identity(study, path, json.loads(json.dumps(identity)))
    return study


def fill_study(
    study: optuna.Study, evaluate: Evaluate, search: SearchPlan, on_trial: OnTrial = lambda trial: None
) -> None:
    """Run trials until the study holds as many as it shall, other workers' too, or nothing new is found any more.

    Args:
        study: From `open_study`.
        evaluate: The objective.
        search: How many, from which seed.
        on_trial: Called after each trial of this process.
    """

    def run(trial: Trial) -> tuple[float, ...]:
        before = [other for other in trial.study.get_trials(deepcopy=False) if other.number < trial.number]
        if sum(other.state in COUNTING for other in before) >= search.trials:
            raise _NoPlaceError
        trial.study.sampler = _sampler(search, before)
        try:
            return evaluate(trial)
        except RepeatedError:
            trial.set_user_attr(REPEATED, True)
            raise

    def tell(_: optuna.Study, trial: FrozenTrial) -> None:
        if trial.state != TrialState.FAIL:
            on_trial(trial)

    with _quiet_optuna():
        while _has_place(study, search.trials):
            study.optimize(run, n_trials=1, catch=(_NoPlaceError, RepeatedError), callbacks=[tell])


def _sampler(search: SearchPlan, before: Sequence[FrozenTrial]) -> BaseSampler:
    """Return what draws a trial, from the trials that began before it."""
    place = sum(other.state in COUNTING for other in before)
    draws = place + sum(map(_is_repetition, before))
    seed = search.seed * 1_000_003 + draws
    # Parameters are drawn one by one, in the trial: drawn together they would be before its place is known.
    sampler: BaseSampler = TPESampler(seed=seed, multivariate=False, n_startup_trials=RANDOM_TRIALS)
    if draws < len(search.baselines):
        return PartialFixedSampler(dict(search.baselines[draws]), sampler)
    return RandomSampler(seed) if _repetitions_at_the_end(before) else sampler


def _has_place(study: optuna.Study, trials: int) -> bool:
    """Tell whether trials are left to run, and something new was drawn not long ago."""
    # optimize() does so too, but is not called where trials of killed workers seem to fill the study.
    optuna.storages.fail_stale_trials(study)
    begun = study.get_trials(deepcopy=False)
    return (
        sum(trial.state in COUNTING for trial in begun) < trials and _repetitions_at_the_end(begun) < MOST_REPETITIONS
    )


def _repetitions_at_the_end(trials: Sequence[FrozenTrial]) -> int:
    return len(list(takewhile(_is_repetition, (trial for trial in reversed(trials) if _is_drawn(trial)))))


def _is_drawn(trial: FrozenTrial) -> bool:
    return trial.state in COUNTING or _is_repetition(trial)


def _is_repetition(trial: FrozenTrial) -> bool:
    return REPEATED in trial.user_attrs


def _check_identity(study: optuna.Study, path: Path, identity: Mapping[str, Any]) -> None:
    kept = study.user_attrs.get(IDENTITY)
    if kept is None:
        study.set_user_attr(IDENTITY, identity)
        return
    different = [key for key in (*identity, *kept) if identity.get(key) != kept.get(key)]
    if different:
        key = different[0]
        raise TuningError(
            f"The study '{path}' must go on with the {key} that it began with: {_short(kept.get(key))}. "
            f"Got {_short(identity.get(key))}. Begin another study with --study, or take the former {key}."
        )


def _short(value: Any) -> str:
    if isinstance(value, dict):
        value = list(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "none" if value is None else str(value)


@contextmanager
def _quiet_optuna() -> Iterator[None]:
    """Leave the telling to the command: no line for each trial, nothing about what optuna calls experimental."""
    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(level)
