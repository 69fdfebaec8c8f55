"""The plan that tuning writes, with the evidence for it; a plan that somebody else wrote is not replaced unasked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from audio.atomic import write_text_atomically
from separation.deadline.guard_plan import GuardPlan
from separation.plan import PlanError, load_plan
from separation.plan_writing import plan_text
from tuning.errors import TuningError
from tuning.outcome import Candidate

WRITER = "mdx tune"
_HEAD = "# Written by `mdx tune`; docs/tuning.md says what the evidence means.\n"


def check_replaceable(path: Path, *, replace: bool) -> None:
    """Refuse a place where somebody else's plan is, before hours of work.

    Args:
        path: Where the plan will be written.
        replace: Whether the user allowed to replace any plan.

    Raises:
        TuningError: A plan is there that tuning did not write, or a folder.
    """
    if path.is_dir():
        raise TuningError(f"The plan must be a file. Got the folder '{path}'. Name a file with --output.")
    if path.exists() and not replace and _writer_of(path) != WRITER:
        raise TuningError(
            f"The plan must be a new file, or one that `mdx tune` wrote. Got '{path}', which somebody else wrote. "
            "Add --replace, or name another file with --output."
        )


def write_plan(path: Path, candidate: Candidate, limit_name: str, evidence: Mapping[str, Any]) -> None:
    """Write a candidate's plan, whole or not at all.

    Args:
        path: The file.
        candidate: One that was scored.
        limit_name: Of the limit that it was chosen for, which its guard keeps.
        evidence: What is said beside its own figures.

    Raises:
        OSError: It cannot be written.
    """
    assert candidate.plan is not None
    whole = {"written_by": WRITER, **_figures(candidate), **evidence}
    plan = candidate.plan.model_copy(update={"evidence": whole, "guard": GuardPlan(limit=limit_name)})
    write_text_atomically(path, _HEAD + plan_text(plan))


def _figures(candidate: Candidate) -> dict[str, Any]:
    """Return the figures of a candidate, rounded as far as they mean something."""
    cost, quality = candidate.cost, candidate.quality
    assert cost is not None
    assert quality is not None
    return {
        "mdx_sdr_db": {"mean": round(quality.sdr, 3), **_rounded(quality.stems, 3)},
        "songs_db": _rounded(quality.songs, 3),
        "predicted_seconds": _rounded(asdict(cost.seconds), 2),
        "limit_share": round(cost.limit_share, 3),
        "predicted_memory_bytes": {name: int(value) for name, value in asdict(cost.memory_bytes).items()},
        "weight_bytes": cost.weight_bytes,
        "trial": candidate.number,
    }


def _rounded(values: Mapping[str, float], digits: int) -> dict[str, float]:
    return {name: round(value, digits) for name, value in values.items()}


def _writer_of(path: Path) -> str | None:
    try:
        writer = load_plan(path).evidence.get("written_by")
    except PlanError:
        return None
    return writer if isinstance(writer, str) else None
