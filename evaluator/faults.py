"""What is wrong with a file that was to be read, in one line: pydantic's own messages have many."""

from __future__ import annotations

from pydantic import ValidationError


def fault(error: Exception) -> str:
    """Put an error from reading JSON into a few words, for the brackets of a message."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}"
    if isinstance(error, KeyError):
        return f"it lacks {error}"
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
