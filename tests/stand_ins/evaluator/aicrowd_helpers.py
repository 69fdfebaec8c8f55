"""As the starter kit's helpers: needs aicrowd_api at import, registers every event, any text means grading."""

import os

import aicrowd_api

_EVENTS = aicrowd_api.events.AIcrowdEvents()
_PREFIX = "airborne_detection:"


def execution_start():
    payload = {"event_type": _PREFIX + "execution_started"}
    _EVENTS.register_event(event_type=_EVENTS.AICROWD_EVENT_INFO, message="execution_started", payload=payload)


def execution_running():
    payload = {"event_type": _PREFIX + "execution_progress", "progress": 0.0}
    _EVENTS.register_event(event_type=_EVENTS.AICROWD_EVENT_INFO, message="execution_progress", payload=payload)


def execution_success():
    output = os.getenv("PREDICTIONS_OUTPUT_PATH", False)
    payload = {"event_type": _PREFIX + "execution_success", "predictions_output_path": output}
    _EVENTS.register_event(
        event_type=_EVENTS.AICROWD_EVENT_SUCCESS, message="execution_success", payload=payload, blocking=True
    )


def execution_error(error):
    payload = {"event_type": _PREFIX + "execution_error", "error": error}
    _EVENTS.register_event(
        event_type=_EVENTS.AICROWD_EVENT_ERROR, message="execution_error", payload=payload, blocking=True
    )


def is_grading():
    return os.getenv("AICROWD_IS_GRADING", False)
