"""Whole files or none: write to a temporary neighbour, then rename.

A crash, a full disk or Ctrl-C in the middle of a write leaves the old file as it was. `os.replace` is atomic only
inside one file system, hence the neighbour instead of the system's temporary folder.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Yield a temporary path beside `target`; rename it to `target` when the block ends without an error.

    Every thread has a temporary path of its own: writers of one target never see each other's unfinished bytes.

    Args:
        target: The final path. Its folder is created when missing.

    Raises:
        OSError: The folder cannot be created or written, or the disk is full; `target` is untouched.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        yield temporary
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def write_text_atomically(target: Path, text: str) -> None:
    """Write `text` as UTF-8 to `target`, whole or not at all.

    Raises:
        OSError: As `atomic_path`.
    """
    with atomic_path(target) as temporary:
        temporary.write_text(text, encoding="utf-8")
