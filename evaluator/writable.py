"""Whether a folder takes files, found out before the work whose results go there."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile


class UnwritableError(OSError):
    """A folder that cannot be written."""


def check_writable(folder: Path, subject: str, option: str) -> None:
    """Make a folder where it is missing, and try to write into it.

    Args:
        folder: Where something will be written.
        subject: What will be, as the beginning of a sentence.
        option: The option with which the user names the place.

    Raises:
        UnwritableError: It cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=folder).close()
    except OSError as error:
        raise UnwritableError(
            f"{subject} must go into a folder that can be written. Got '{folder}' ({error.strerror or error}). "
            f"Name another one with {option}, or free space."
        ) from error
