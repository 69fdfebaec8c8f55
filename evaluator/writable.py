"""Whether a folder takes files, found out before the work whose results go there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile


class UnwritableError(OSError):
    """A folder that cannot be written."""


@contextmanager
def removed_where_unused(folder: Path) -> Iterator[None]:
    """Remove a folder that was made meanwhile if nothing is in it in the end: the work failed, or was stopped."""
    existed = folder.exists()
    try:
        yield
    finally:
        if not existed:
            with suppress(OSError):  # It holds something, or was never made.
                folder.rmdir()


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
