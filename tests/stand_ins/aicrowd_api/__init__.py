from aicrowd_api import events

__all__ = ["events"]
