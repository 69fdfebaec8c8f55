"""The samples of a stem, any part of it, without decoding the whole file.

Copies in the cache are memory-mapped; WAV, FLAC, OGG and MP3 files are opened at the place asked for. What can only be
decoded from its start, or has another rate, must be in the cache.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor

from audio.datasets.errors import DatasetError
from audio.datasets.tracks import StemFile, Track
from audio.errors import AudioError
from audio.sources import FileSource
from audio.stems import Stems

CACHE_ADVICE = "Containers such as stem.mp4 and other sample rates need `mdx data cache FOLDER` first."
INT16_SCALE = 1.0 / 32768.0


def read_stem(track: Track, stem: str, start: int = 0, stop: int | None = None) -> Tensor:
    """Read a part of a stem; of a stem that is the sum of others, their sum.

    Args:
        track: Its track.
        stem: A stem of it, or its mixture.
        start: First sample.
        stop: The sample after the last one; by default the track's end.

    Returns:
        Shape (2, stop - start), float32, finite; zero outside the stem.

    Raises:
        DatasetError: The track lacks the stem, or the stem must be cached first.
        AudioError: The file is damaged here.
    """
    stop = track.samples if stop is None else stop
    sources = track.sources(stem)
    if not sources:
        raise DatasetError(
            f"The track '{track.name}' must have the stem '{stem}'. It has {', '.join(sorted(track.files))}. "
            "Ask for another stem, or leave the track out."
        )
    total = _read_file(sources[0], start, stop)
    for file in sources[1:]:
        total = total + _read_file(file, start, stop)
    return total


def read_track(track: Track, stems: Iterable[str]) -> Stems:
    """Read whole stems of a track, as validation does.

    Returns:
        Stem name -> shape (2, samples of the track), float32.

    Raises:
        DatasetError: The track lacks a stem, or one must be cached first.
        AudioError: A file is damaged.
    """
    return {stem: read_stem(track, stem) for stem in stems}


def _read_file(file: StemFile, start: int, stop: int) -> Tensor:
    if file.array is not None:
        return _read_array(np.load(file.array, mmap_mode="r"), start, stop)
    try:
        source = FileSource(file.path)
    except AudioError as error:
        raise DatasetError(f"A stem must be readable in parts, or be cached. {error} {CACHE_ADVICE}") from error
    with source:
        return source.read(start, stop)


def _read_array(array: np.ndarray, start: int, stop: int) -> Tensor:
    """Cut a part out of an array of shape (samples, 2), int16 or float32."""
    first, last = max(start, 0), min(stop, len(array))
    chunk = torch.zeros(2, stop - start)
    if last > first:
        part = torch.from_numpy(np.ascontiguousarray(array[first:last].T, dtype=np.float32))
        if array.dtype == np.int16:
            part *= INT16_SCALE
        chunk[:, first - start : last - start] = part
    return chunk
