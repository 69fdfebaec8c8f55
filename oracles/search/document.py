"""What a search found, as plain values for JSON."""

from __future__ import annotations

import json
from typing import Any

from audio import STEMS
from evaluator.score_files import null_for_nan
from oracles.search.outcome import Candidate, Outcome


def outcome_text(outcome: Outcome) -> str:
    """Write a finding out as JSON."""
    bests = {stem: outcome.best_of(stem) for stem in STEMS}
    document = {
        "asked": outcome.asked,
        "best": {**_candidate(outcome.ranked[0]), "slicq_config": outcome.ranked[0].setting},
        "best_of_stems": {stem: best and _candidate(best) for stem, best in bests.items()},
        "references": {name: null_for_nan(scores) for name, scores in outcome.references.items()},
        "importances": outcome.importances,
        "trials": [_candidate(one) for one in outcome.candidates],
    }
    return json.dumps(document, indent=2, allow_nan=False)


def _candidate(one: Candidate) -> dict[str, Any]:
    return {
        "trial": one.number,
        "transform": one.option,
        "slice_samples": one.slice_samples,
        "parameters": one.parameters,
        "sdr": null_for_nan(one.scores),
    }
