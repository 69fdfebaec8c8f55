"""The root of all errors that a user can mend, and the one of this package.

Every package derives its errors from `KitError`, so that the command line can tell bad input (shown as one message)
from a defect of ours (shown as such).
"""

from __future__ import annotations


class KitError(ValueError):
    """Bad input; the message names the subject, the constraint, the value received and the next step."""


class AudioError(KitError):
    """Audio is missing, unreadable, or breaks a constraint."""
