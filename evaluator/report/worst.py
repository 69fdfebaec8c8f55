"""Where a model fails: the songs with the lowest scores of a stem, and the seconds with the lowest frame scores."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evaluator.frame_scores import FrameScores
from evaluator.report.run import Song

WORST_SONGS, WORST_SECONDS = 5, 6
APART_SECONDS = 3.0
"""Of a bad passage the worst second stands for its neighbours."""


@dataclass(frozen=True)
class WorstSong:
    """A song and its MDX SDR of one stem."""

    name: str
    sdr: float


@dataclass(frozen=True)
class WorstSecond:
    """One frame of a song and its BSSEval v4 SDR of one stem."""

    name: str
    start_seconds: float
    sdr: float


def worst_songs(songs: Sequence[Song], stem: str, count: int = WORST_SONGS) -> list[WorstSong]:
    """Return the songs with the lowest MDX SDR of a stem, lowest first; a silent reference is no failure of a model."""
    scored = [
        WorstSong(song.name, sdr)
        for song in songs
        if song.sdr and stem not in song.silent_references and (sdr := song.sdr.get(stem)) is not None
    ]
    return heapq.nsmallest(count, scored, key=lambda worst: worst.sdr)


def worst_seconds(frames: Mapping[str, FrameScores], stem: str, count: int = WORST_SECONDS) -> list[WorstSecond]:
    """Return the frames with the lowest BSSEval v4 SDR of a stem over all songs, lowest first.

    Frames without a score are passed over; of frames of a song that lie close together only the worst is taken.
    """
    candidates = [second for name, scores in frames.items() for second in _low_points(name, scores, stem, count)]
    return heapq.nsmallest(count, candidates, key=lambda worst: worst.sdr)


def _low_points(name: str, scores: FrameScores, stem: str, count: int) -> Iterator[WorstSecond]:
    """Yield up to `count` low points of one song, each apart from those before it."""
    values = scores.targets[stem]["SDR"].astype(float) if stem in scores.targets else np.empty(0)
    values = np.where(np.isfinite(values), values, math.inf)
    starts_seconds = np.arange(len(values)) * scores.hop_seconds
    for _ in range(count):
        lowest = int(np.argmin(values)) if len(values) else -1
        if lowest < 0 or math.isinf(values[lowest]):
            return
        yield WorstSecond(name, float(starts_seconds[lowest]), float(values[lowest]))
        values = np.where(np.abs(starts_seconds - starts_seconds[lowest]) < APART_SECONDS, math.inf, values)
