"""What keeps a clone from being submitted; every message names the next step."""

from __future__ import annotations

from audio.errors import KitError
from doctor.git_program import printable


class SubmitError(KitError):
    """The clone cannot be submitted as it is, or git refused a step."""

    def __init__(self, message: str) -> None:
        # Names of files come in as git has them.
        super().__init__(printable(message))
