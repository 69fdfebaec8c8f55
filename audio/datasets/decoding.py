"""A whole stem decoded as it is, for what looks at all of it: checks, statistics, the cache."""

from __future__ import annotations

import numpy as np

from audio.datasets.headers import read_header
from audio.datasets.tracks import StemFile
from audio.decoding import decode, decode_blocks
from audio.errors import AudioError


def decode_stem(file: StemFile) -> tuple[np.ndarray, int]:
    """Decode a stem; its copy in the cache is not used.

    Returns:
        The samples, float32, shape (samples, channels), NaNs left in, and the sample rate in hertz.

    Raises:
        AudioError: The file is missing, a Git LFS pointer, cut off, damaged, or no audio.
    """
    header = read_header(file)
    if header.seekable:
        return decode(file.path)
    blocks = [block for block in decode_blocks(file.path, file.stream) if len(block)]
    if not blocks:
        raise AudioError(f"The stream {file.stream} must hold samples. Got '{file.path}' with none. Copy it again.")
    return np.concatenate(blocks, dtype=np.float32), header.sample_rate
