"""What keeps a clone from being submitted; every message names the next step."""

from __future__ import annotations

from audio.errors import KitError


class SubmitError(KitError):
    """The clone cannot be submitted as it is, or git refused a step."""
