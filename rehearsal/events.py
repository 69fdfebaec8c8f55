"""Check what the grader was told, word for word: it follows a run by these events alone, never by an exit code.

A run announces its start, then that it runs, then exactly one end: success, or an error with a traceback. The odd
prefix of the payloads is the original's.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from evaluator.aicrowd_helpers import PAYLOAD_PREFIX
from rehearsal.report import Remark

KINDS = {
    "execution_started": ("AICROWD_EVENT_INFO", False),
    "execution_progress": ("AICROWD_EVENT_INFO", False),
    "execution_success": ("AICROWD_EVENT_SUCCESS", True),
    "execution_error": ("AICROWD_EVENT_ERROR", True),
}
"""Message -> kind, and whether it waits for the grader's answer."""
_LONGEST_SHOWN = 500
ENDS = ("execution_success", "execution_error")


def read_events(path: Path) -> list[list[Any]]:
    """Read the events that were registered, each as [kind, message, payload, blocking]; what is no event is kept."""
    # The submission may have removed the file.
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    return [_parse(line) or ["", line, {}, False] for line in text.splitlines()]


def check_events(events: list[list[Any]], exit_code: int | None, predictions_path: str) -> list[Remark]:
    """Judge the order and the content of a run's events.

    Args:
        events: As `read_events` gives them.
        exit_code: Of run.sh; None where it was stopped.
        predictions_path: What the grader set as PREDICTIONS_OUTPUT_PATH.

    Returns:
        One error for each thing that is wrong; none for a run that succeeded.
    """
    messages = [str(message) for _, message, _, _ in events]
    found = _check_order(messages, exit_code, _shortened(error_text(events).strip().rpartition("\n")[2]))
    for event in events:
        wrong = _check_content(event, predictions_path)
        if wrong:
            found.append(wrong)
    return [Remark("error", "events", message) for message in found]


def error_text(events: list[list[Any]]) -> str:
    """Return the traceback that the grader was sent, or nothing."""
    return "\n".join(str(payload.get("error", "")) for _, message, payload, _ in events if message == "execution_error")


def _parse(line: str) -> list[Any] | None:
    """Return an event, numbers that are not finite as texts; None for what is no event."""
    try:
        event = json.loads(line, parse_float=_finite, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, list) or [type(part) for part in event[1:]] != [str, dict, bool]:
        return None
    return event


def _finite(number: str) -> float | str:
    return float(number) if math.isfinite(float(number)) else number


def _shortened(line: str) -> str:
    return line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}..."


def _check_order(messages: list[str], exit_code: int | None, last_line: str) -> list[str]:
    """Say what is wrong with the order of events; `last_line` is that of the traceback, where one was sent."""
    if not messages:
        ended = "was stopped" if exit_code is None else f"ended with exit code {exit_code}"
        return [
            f"run.sh {ended} without a word to the grader. It must execute a program that calls `run()` of a "
            "MusicDemixingPredictor: see docs/submit.md."
        ]
    found = []
    if messages[0] != "execution_started" or messages.count("execution_started") > 1:
        found.append(f"A run must announce its start once, and first. Got: {', '.join(messages)}. Call `run()` once.")
    ends = [message for message in messages if message in ENDS]
    if not ends:
        found.append(f"The run ended without telling the grader, which waits on. Its last event: {messages[-1]}.")
    elif len(ends) > 1 or messages[-1] not in ENDS:
        found.append(f"Nothing may follow the end of a run. Got: {', '.join(messages)}. Call `run()` once.")
    if "execution_error" in ends and exit_code == 0:
        found.append(
            f"The run failed although run.sh ended with exit code 0: {last_line}. In grading mode the contract turns "
            "every exception into an event, and only that tells."
        )
    if ends == ["execution_success"] and exit_code:
        found.append(f"The run told the grader of success, and then run.sh ended with exit code {exit_code}.")
    if ends == ["execution_success"] and "execution_progress" not in messages:
        found.append("A run must announce its progress before its end. Do not replace `evaluation()`.")
    return found


def _check_content(event: list[Any], predictions_path: str) -> str | None:
    """Say what is wrong with one event by itself."""
    kind, message, payload, blocking = event
    if message not in KINDS:
        return f"The grader knows the events {', '.join(KINDS)}. Got '{str(message)[:200]}'."
    wanted: dict[str, Any] = {"event_type": f"{PAYLOAD_PREFIX}:{message}"}
    if message == "execution_success":
        wanted["predictions_output_path"] = predictions_path
    differing = {name for name, value in wanted.items() if payload.get(name) != value}
    if (kind, blocking) != KINDS[message] or differing:
        return f"The event {message} must be {(*KINDS[message], wanted)}. Got {(kind, blocking, payload)}."
    progress = payload.get("progress")
    if message == "execution_progress" and not (isinstance(progress, (int, float)) and 0 <= progress <= 1):
        return f"The progress of a run must be a number between 0 and 1. Got {progress!r}."
    return None
