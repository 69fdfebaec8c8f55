"""What stands behind a picked plan beside its own figures: songs, limit, machine, how much was tried, when."""

from __future__ import annotations

from datetime import datetime, timezone
from importlib import metadata
from typing import Any

from tuning.outcome import Outcome
from tuning.run import Tuning

PACKAGES = ("music-demixing-kit", "torch", "optuna")


def evidence_of(tuning: Tuning, outcome: Outcome) -> dict[str, Any]:
    """Return plain values, in the order in which people read them."""
    request = tuning.request
    budget = request.budget
    return {
        "songs": [song.name for song in tuning.songs],
        "limit": budget.limit.name,
        "limit_seconds": round(budget.limit.seconds_for(budget.song_seconds), 2),
        "margin": budget.margin,
        "song_seconds": budget.song_seconds,
        "scale": budget.scale or "this machine",
        "machine": tuning.identity["machine"],
        "clock": budget.options.clock,
        "models": [model.name for model in tuning.space.models],
        "blends": list(tuning.space.given),
        "trials": len(outcome.candidates),
        "separated": len(outcome.scored),
        "busy_share": round(outcome.busy_share, 2),
        "study": request.study.name,
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "versions": {name: metadata.version(name) for name in PACKAGES},
    }
