"""The end of a search: the pick, its plan with the evidence, and the page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuning.errors import TuningError
from tuning.evidence import evidence_of
from tuning.gain import Gain, gain_of
from tuning.outcome import Candidate, Outcome, pick
from tuning.page import Story, write_page
from tuning.plan_file import write_plan
from tuning.run import Tuning

RANDOM_REMARK = "The weights are random: times and memory are right, the scores mean nothing. No plan is written."


@dataclass(frozen=True)
class Finished:
    """What came of a study."""

    picked: Candidate
    gain: Gain | None
    """Over the best model as it is; None where that is the pick."""
    evidence: dict[str, Any]
    remark: str | None
    """Why no plan was written; None where it was."""


def finish(tuning: Tuning, outcome: Outcome, output: Path, page: Path) -> Finished:
    """Pick a candidate, and write plan and page; the page also where nothing fits.

    Raises:
        TuningError: No candidate fits the limit.
        OSError: A file cannot be written.
    """
    budget = tuning.request.budget
    evidence = evidence_of(tuning, outcome)
    try:
        picked = pick(outcome, budget.limit.name, budget.margin)
    except TuningError as error:
        write_page(page, Story(outcome, None, budget, evidence, None, str(error)))
        raise
    gain = gain_of(picked, outcome)
    evidence = {"gain": "none: it is a model as it is" if gain is None else str(gain), **evidence}
    remark = RANDOM_REMARK if tuning.request.random_weights else None
    if remark is None:
        write_plan(output, picked, budget.limit.name, evidence)
    plan_text = output.read_text(encoding="utf-8") if remark is None else None
    write_page(page, Story(outcome, picked, budget, evidence, plan_text, remark))
    return Finished(picked, gain, evidence, remark)
