"""As the starter kit's helpers: needs aicrowd_api at import, registers every event, any text means grading."""

from __future__ import annotations

import os
from typing import Any

import aicrowd_api

_EVENTS = aicrowd_api.events.AIcrowdEvents()


def execution_start() -> None:
    """Announce that the run starts."""
    _register(_EVENTS.AICROWD_EVENT_INFO, "execution_started", {})


def execution_running() -> None:
    """Announce that the set-up is done."""
    execution_progress(0.0)


def execution_progress(progress: float) -> None:
    """Announce how much is done."""
    _register(_EVENTS.AICROWD_EVENT_INFO, "execution_progress", {"progress": progress})


def execution_success() -> None:
    """Announce that every song is separated."""
    output = os.getenv("PREDICTIONS_OUTPUT_PATH", False)
    _register(_EVENTS.AICROWD_EVENT_SUCCESS, "execution_success", {"predictions_output_path": output}, blocking=True)


def execution_error(error: str) -> None:
    """Announce that the run failed."""
    _register(_EVENTS.AICROWD_EVENT_ERROR, "execution_error", {"error": error}, blocking=True)


def is_grading() -> str | bool:
    """Tell whether a grader runs us: any text says so, "False" too."""
    return os.getenv("AICROWD_IS_GRADING", False)


def _register(kind: str, message: str, details: dict[str, Any], **options: bool) -> None:
    payload = {"event_type": f"airborne_detection:{message}", **details}
    _EVENTS.register_event(event_type=kind, message=message, payload=payload, **options)
