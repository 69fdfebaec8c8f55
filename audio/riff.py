"""Is a WAV file whole? libsndfile reads one that was cut off as a shorter song, without a word.

A RIFF file is a list of chunks, each a name of four letters and a size of four bytes; the chunk "data" holds the sound
(Microsoft and IBM, Multimedia Programming Interface and Data Specifications 1.0, 1991). Other formats, RF64 included,
are left to their decoders.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from audio.errors import AudioError

UNKNOWN_SIZES = (0, 0xFFFFFFFF)
"""What programs write that stream to a pipe and cannot come back to fill in the size."""
SOX_UNKNOWN_SIZES = range(0x7FFF0000, 0x80000000)
"""SoX writes the largest whole number of frames up to 0x7FFFF000."""
PADDING_BYTES = 2


def check_whole_wav(path: Path) -> None:
    """Refuse a WAV file that holds less sound than its header states; any other file passes.

    Raises:
        AudioError: The file breaks off.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        stated_bytes = _find_data(file)
        start = file.tell()
    if stated_bytes is None or stated_bytes in UNKNOWN_SIZES or stated_bytes in SOX_UNKNOWN_SIZES:
        return
    held_bytes = max(0, path.stat().st_size - start)
    if held_bytes < stated_bytes - PADDING_BYTES:
        raise AudioError(
            f"The audio file must be whole. Got '{path}', whose header states {stated_bytes} bytes of sound and which "
            f"holds {held_bytes}. Copy it again."
        )


def _find_data(file: BinaryIO) -> int | None:
    """Move to the sound of a WAV file and return its stated size in bytes, or None when this is none."""
    start = file.read(12)
    if start[:4] != b"RIFF" or start[8:] != b"WAVE":
        return None
    while len(header := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", header)
        if name == b"data":
            return int(size)
        file.seek(size + size % 2, 1)
    return None
