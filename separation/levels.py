"""The level that a song is normalised by before a network, measured in blocks."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from audio.sources import BLOCK_SAMPLES, SongSource
from models.mixtures import CHANNELS
from models.network import Normalisation

SILENT_DEVIATION = 1e-8


@dataclass(frozen=True)
class Level:
    """What a song is normalised by."""

    mean: float = 0.0
    deviation: float = 1.0


def level_for(normalisation: Normalisation, source: SongSource) -> Level:
    """Return what a song is normalised by for networks of a kind."""
    if normalisation == "none":
        return Level()
    level = measure_level(source)
    return replace(level, mean=0.0) if normalisation == "deviation" else level


def measure_level(source: SongSource) -> Level:
    """Measure the mean and the standard deviation of a song's mono mix, as Demucs' command line normalises by.

    Where the mono mix is silent although the channels are not (opposite channels), the deviation of the channels is
    taken: dividing by next to nothing would blow the song up.
    """
    mono_sum = mono_squares = channel_sum = channel_squares = 0.0
    for start in range(0, source.samples, BLOCK_SAMPLES):
        block = source.read(start, min(start + BLOCK_SAMPLES, source.samples)).double()
        mono = block.mean(0)
        mono_sum += float(mono.sum())
        mono_squares += float(mono.square().sum())
        channel_sum += float(block.sum())
        channel_squares += float(block.square().sum())
    deviation = _deviation(mono_sum, mono_squares, source.samples)
    if deviation < SILENT_DEVIATION:
        deviation = _deviation(channel_sum, channel_squares, CHANNELS * source.samples)
    return Level(mono_sum / source.samples, deviation + SILENT_DEVIATION)


def _deviation(total: float, squares: float, count: int) -> float:
    """Compute the standard deviation of a sample from its sums; one value has none."""
    return math.sqrt(max(0.0, squares - total * total / count) / (count - 1)) if count > 1 else 0.0
