"""A study as JSON, and the folder that holds it.

`oracles.json` has the plan and, for each system, what `mdx score --json` prints of a separator. Each system also has a
folder of its own with that alone, as `mdx score --save` leaves it, so that `mdx compare` sets oracles beside
separators. A folder is for one study: `mdx compare` would set what an earlier one left there beside it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from audio.atomic import write_text_atomically
from evaluator.score_files import FRAMES_SUBSET, save_scores, scores_document
from oracles.definitions import KIT
from oracles.errors import OracleError
from oracles.study import Study, StudyPlan

DOCUMENT_NAME = "oracles.json"


class _KeptSystem(BaseModel):
    oracle: str
    transform: str
    songs: dict[str, Any]


class _KeptStudy(BaseModel):
    """What is needed of an oracles.json."""

    definitions: str
    mixture: str
    systems: list[_KeptSystem]

    def folders(self) -> set[str]:
        return {system_folder(one.oracle, one.transform, self.definitions, self.mixture) for one in self.systems}

    def songs(self) -> set[str]:
        return {song for one in self.systems for song in one.songs}


def system_folder(oracle: str, transform: str, definitions: str, mixture: str) -> str:
    """Return the name of the folder for a system's scores, which is what `mdx compare` calls it.

    Definitions and mixture are in it where they are not the usual ones: with others it is another system.
    """
    unusual = [definitions] * (definitions != KIT.name) + [f"mixture {mixture}"] * (mixture != "file")
    return " ".join([oracle, transform, *unusual])


def study_document(study: Study) -> dict[str, Any]:
    """Lay a study out as oracles.json has it."""
    plan = study.plan
    return {
        "definitions": plan.definitions,
        "mixture": plan.mixture,
        "without_mixture_file": list(study.without_mixture_file),
        "left_out": dict(study.left_out),
        "systems": [
            {"oracle": system.oracle, "transform": system.transform, **scores_document(scores, plan.metrics)}
            for system, scores in study.scores.items()
        ],
    }


def study_text(study: Study) -> str:
    """Write a study out as the text of oracles.json."""
    return json.dumps(study_document(study), indent=2, allow_nan=False)


def check_place(folder: Path, plan: StudyPlan, songs: Collection[str]) -> None:
    """Refuse a folder in which something would stand in the way of a study, or beside it.

    Args:
        folder: Where the study is to be kept; it exists.
        plan: Of the study.
        songs: Their names.

    Raises:
        OracleError: The folder holds another study, or a file where a folder has to be, or the other way round.
    """
    document = folder / DOCUMENT_NAME
    wanted = _folders(plan)
    places = [place for name in wanted for place in (folder / name, folder / name / FRAMES_SUBSET)]
    in_the_way = [place for place in places if place.exists() and not place.is_dir()]
    if in_the_way or document.is_dir():
        what = f"the file '{in_the_way[0].name}'" if in_the_way else f"a folder called '{DOCUMENT_NAME}'"
        raise OracleError(_other_place(folder, what))
    if document.exists():
        kept = _read_kept(document)
        if not (kept.folders() <= set(wanted) and kept.songs() <= set(songs)):
            left = sorted(kept.folders() - set(wanted)) or sorted(kept.songs() - set(songs))
            raise OracleError(_other_place(folder, f"another one, with '{left[0]}'"))


def save_study(study: Study, folder: Path) -> Path:
    """Keep a study, or its first songs.

    Returns:
        The path of oracles.json.

    Raises:
        OracleError: The folder cannot be written.
    """
    path = folder / DOCUMENT_NAME
    with naming_the_folder(folder):
        for name, scores in zip(_folders(study.plan), study.scores.values(), strict=True):
            save_scores(scores, study.plan.metrics, folder / name)
        write_text_atomically(path, study_text(study) + "\n")
    return path


@contextmanager
def naming_the_folder(folder: Path) -> Iterator[None]:
    """Turn what the system says about a file into an error about the folder of a study."""
    try:
        yield
    except OSError as error:
        raise OracleError(
            f"The scores must go into a folder that can be written. Got '{folder}' ({error.strerror or error}). "
            "Free space, or name another one with --output."
        ) from error


def _folders(plan: StudyPlan) -> list[str]:
    """Return the folders of a plan's systems, in their order."""
    return [system_folder(one.oracle, one.transform, plan.definitions, plan.mixture) for one in plan.systems]


def _read_kept(document: Path) -> _KeptStudy:
    try:
        return _KeptStudy.model_validate_json(document.read_bytes())
    except ValidationError as error:
        raise OracleError(_other_place(document.parent, f"another '{document.name}'")) from error


def _other_place(folder: Path, what: str) -> str:
    return (
        f"A folder must hold one study of oracles alone. Got '{folder}', which holds {what}. "
        "Name another one with --output, or remove it first."
    )
