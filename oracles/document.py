"""A study as JSON, and the folder that holds it.

`oracles.json` has the plan and, for each system, what `mdx score --json` prints of a separator. Each system also has a
folder of its own with that alone, as `mdx score --save` leaves it, so that `mdx compare` sets oracles beside
separators.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from audio.atomic import write_text_atomically
from evaluator.score_files import save_scores, scores_document
from oracles.study import Study

DOCUMENT_NAME = "oracles.json"


def study_document(study: Study) -> dict[str, Any]:
    """Lay a study out as oracles.json has it."""
    plan = study.plan
    return {
        "definitions": plan.definitions,
        "mixture": plan.mixture,
        "systems": [
            {"oracle": system.oracle, "transform": system.transform, **scores_document(scores, plan.metrics)}
            for system, scores in study.scores.items()
        ],
    }


def study_text(study: Study) -> str:
    """Write a study out as the text of oracles.json."""
    return json.dumps(study_document(study), indent=2, allow_nan=False)


def save_study(study: Study, folder: Path) -> Path:
    """Keep a study.

    Returns:
        The path of oracles.json.

    Raises:
        OSError: The folder cannot be written.
    """
    for system, scores in study.scores.items():
        save_scores(scores, study.plan.metrics, folder / system.folder)
    path = folder / DOCUMENT_NAME
    write_text_atomically(path, study_text(study) + "\n")
    return path
