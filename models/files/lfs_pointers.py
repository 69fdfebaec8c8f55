"""Git LFS pointers: the few lines that git holds in place of a large file.

Reference: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from audio.decoding import LFS_POINTER_START
from models.files.weight_files import sha256_of

LONGEST_POINTER_BYTES = 1024
"""By the specification, which calls no longer file a pointer."""
_OID = re.compile(rb"^oid sha256:([0-9a-f]{64})$", re.MULTILINE)
_SIZE = re.compile(rb"^size (\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Pointer:
    """What a pointer says."""

    sha256: str | None
    """Of the file that it stands for; None where the pointer itself is damaged."""
    size_bytes: int


def read_pointer(content: bytes) -> Pointer | None:
    """Return what a pointer says, or None for any other content."""
    if not content.startswith(LFS_POINTER_START) or len(content) > LONGEST_POINTER_BYTES:
        return None
    oid, size = _OID.search(content), _SIZE.search(content)
    return Pointer(oid[1].decode() if oid else None, int(size[1]) if size else 0)


def is_pointer_file(path: Path) -> bool:
    """Tell whether a file on disk is a pointer; False where it cannot be read."""
    if not os.path.isfile(path):  # A pipe would be waited for.
        return False
    try:
        with path.open("rb") as stream:
            return read_pointer(stream.read(LONGEST_POINTER_BYTES + 1)) is not None
    except OSError:
        return False


def is_content_of(path: Path, pointer: Pointer) -> bool:
    """Tell whether a file on disk is what a pointer stands for; False where it cannot be read."""
    try:
        return sha256_of(path) == pointer.sha256
    except OSError:
        return False
