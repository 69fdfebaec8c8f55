"""The outline of a sound: its lowest and highest sample in each of a few hundred stretches of equal length.

A song of four minutes has ten million samples and a screen a thousand columns: the browser gets what it can show, one
byte a number.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from evaluator.metrics import open_stem, stem_blocks

POINTS = 600
FULL_SCALE = 127


def outline(path: Path, points: int = POINTS) -> np.ndarray:
    """Read a sound in blocks and outline it.

    Args:
        path: Any file that libsndfile reads.
        points: How many stretches; a sound with fewer samples has one for each sample.

    Returns:
        int8, shape (points, 2): lowest and highest sample of all channels, full scale being 127. Samples beyond full
        scale are clipped, samples that are no numbers count as zero.

    Raises:
        AudioError: The file is no readable sound.
    """
    with open_stem(path) as sound:
        points = min(points, sound.frames)
        edges = np.arange(points) * sound.frames // max(points, 1)
        low, high = np.full(points, np.inf), np.full(points, -np.inf)
        start = 0
        for block in stem_blocks(sound):
            # Channels stay interleaved: a stretch of samples is one stretch of numbers.
            numbers = np.nan_to_num(block, posinf=0.0, neginf=0.0).reshape(-1)
            first = np.searchsorted(edges, start, side="right") - 1
            end = np.searchsorted(edges, start + len(block), side="left")
            inside = np.maximum(edges[first:end] - start, 0) * sound.channels
            low[first:end] = np.minimum(low[first:end], np.minimum.reduceat(numbers, inside))
            high[first:end] = np.maximum(high[first:end], np.maximum.reduceat(numbers, inside))
            start += len(block)
    return np.rint(FULL_SCALE * np.clip(np.stack([low, high], axis=1), -1.0, 1.0)).astype(np.int8)
