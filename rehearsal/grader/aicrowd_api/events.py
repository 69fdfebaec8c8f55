"""Record events as JSON lines; the original pushes them to a Redis server and waits where they block."""

from __future__ import annotations

import json
import os
from typing import Any


class AIcrowdEvents:
    """What the contract's helpers use of the original."""

    AICROWD_EVENT_INFO = "AICROWD_EVENT_INFO"
    AICROWD_EVENT_SUCCESS = "AICROWD_EVENT_SUCCESS"
    AICROWD_EVENT_ERROR = "AICROWD_EVENT_ERROR"

    def register_event(
        self, event_type: str, payload: dict[str, Any], message: str = "", blocking: bool = False
    ) -> None:
        """Append one event; the acknowledgement that a blocking one waits for comes at once."""
        with open(os.environ["EVENTS_FILE"], "a", encoding="utf-8") as file:
            file.write(json.dumps([event_type, message, payload, blocking]) + "\n")
