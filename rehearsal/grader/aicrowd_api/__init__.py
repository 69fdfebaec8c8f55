"""Stand-in for the grader's package of events."""

from aicrowd_api import events

__all__ = ["events"]
