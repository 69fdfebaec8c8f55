"""Text files of a repository, read whole; what is no text file is refused with the reason before anything is parsed."""

from __future__ import annotations

import os
from pathlib import Path

from doctor.findings import UnreadableError

MOST_TEXT_BYTES = 5 * 1024**2
"""Above this a file is for git-lfs, and takes minutes to parse."""


def read_text_file(root: Path, name: str) -> str:
    """Return a file's text, with its line ends as they are.

    Raises:
        UnreadableError: It is missing, no file, too large, not to be opened, or no UTF-8 text.
    """
    refuse_odd_file(root, name)
    try:
        text = (root / name).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableError(name, f"It cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise UnreadableError(name, "It is no UTF-8 text.") from error
    if "\0" in text:
        raise UnreadableError(name, "It is no text: it holds zero bytes.")
    return text


def refuse_odd_file(root: Path, name: str) -> None:
    """Refuse what nothing should try to read as a text, such as a folder or a pipe.

    Raises:
        UnreadableError: It is missing, a link to nothing, no file, or too large.
    """
    path = root / name
    if not os.path.lexists(path):
        raise UnreadableError(name, "It is missing.")
    if not os.path.exists(path):
        raise UnreadableError(name, f"It is a link to '{os.readlink(path)}', which is not there.")
    if not os.path.isfile(path):
        raise UnreadableError(name, f"It must be a file. It is {'a folder' if os.path.isdir(path) else 'none'}.")
    size_bytes = os.path.getsize(path)
    if size_bytes > MOST_TEXT_BYTES:
        limit = f"{MOST_TEXT_BYTES / 1000**2:.1f} MB"
        raise UnreadableError(name, f"It has {size_bytes / 1000**2:.1f} MB; a text of a submission has up to {limit}.")
