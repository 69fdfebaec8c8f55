import json
import os


class AIcrowdEvents:
    AICROWD_EVENT_INFO = "AICROWD_EVENT_INFO"
    AICROWD_EVENT_SUCCESS = "AICROWD_EVENT_SUCCESS"
    AICROWD_EVENT_ERROR = "AICROWD_EVENT_ERROR"

    def register_event(self, event_type, payload, message="", blocking=False):
        with open(os.environ["EVENTS_FILE"], "a", encoding="utf-8") as file:
            file.write(json.dumps([event_type, message, payload, blocking]) + "\n")
