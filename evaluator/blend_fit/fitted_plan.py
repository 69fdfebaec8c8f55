"""A fitted blend as a plan that any command takes, with the evidence for its weights in it."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

import numpy as np

from evaluator.blend_fit.fitting import BlendFit, FitError
from evaluator.blend_fit.members import Member
from evaluator.blend_fit.summary import as_evidence
from evaluator.evaluate import package_versions
from separation.plan import Plan

DECIMALS = 6
"""Of a weight: the score then changes by less than 0.0001 dB."""


def fitted_plan(fit: BlendFit, members: Sequence[Member], command: str) -> Plan:
    """Return the plan of a fitted blend.

    Args:
        fit: The weights and scores.
        members: Those that were measured, in the same order.
        command: The command line that made it, for the evidence.

    Raises:
        FitError: Every weight is 0.
    """
    if not any(rows.any() for rows in fit.weights.values()):
        raise FitError(
            "A blend must have a weight other than 0. Got none: on these songs every member is further from the true "
            "stems than silence is. Try other members, or check that the songs' stems are in the right files."
        )
    shared = members[0].plan
    blend: dict[str, Any] = {
        "members": [
            {"model": member.plan.model, "settings": member.plan.settings, "weights": _weights_of(fit, place)}
            for place, member in enumerate(members)
        ],
        "bands_hz": fit.measured.bands_hz,
    }
    evidence = {
        "by": command,
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "versions": {"python": platform.python_version(), **package_versions()},
        **as_evidence(fit),
    }
    content = {key: getattr(shared, key) for key in ("device", "seed", "random_weights")}
    return Plan.model_validate({"blend": blend, **content, "evidence": evidence})


def _weights_of(fit: BlendFit, member: int) -> dict[str, float | list[float]]:
    """Return stem -> weight of a member, or weights by band, for the stems that it gives."""
    given = {stem: rows[member] for stem, rows in fit.weights.items() if member in fit.measured.givers[stem]}
    return {stem: _plain(weights) for stem, weights in given.items()}


def _plain(weights: np.ndarray) -> float | list[float]:
    # A zero of the solver may be -0.0, which would look odd in a plan.
    rounded = [round(float(weight), DECIMALS) + 0.0 for weight in weights]
    return rounded[0] if len(rounded) == 1 else rounded
