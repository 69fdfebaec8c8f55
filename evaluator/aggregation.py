"""From the scores of songs to one number for each stem, and to one for the system.

The challenge takes the mean over songs (of MDX SDR); SiSEC the median over frames, then over songs (of BSSEval; Stöter,
Liutkus, Ito, "The 2018 Signal Separation Evaluation Campaign", 2018, https://arxiv.org/abs/1804.06267). Papers then
print the mean of the four stems. A song in which a stem has no score, being silent throughout, is left out for it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from audio.stems import ACCOMPANIMENT, STEMS
from evaluator.metric_catalogue import OverSongs

SongScores = Mapping[str, Mapping[str, float]]
"""Song -> target (a stem, or the accompaniment) -> score; NaN, or no entry, where it has none."""

MEAN_OF_STEMS, MEDIAN_OF_STEMS = "mean", "median"


@dataclass(frozen=True)
class ScoreMatrix:
    """The scores of one system in one metric."""

    songs: tuple[str, ...]
    targets: tuple[str, ...]
    values: np.ndarray
    """Shape (songs, targets); NaN where a song has no score."""

    @property
    def columns(self) -> tuple[str, ...]:
        """What a summary holds: each target, then the mean and the median of the stems."""
        return (*self.targets, MEAN_OF_STEMS, MEDIAN_OF_STEMS)

    def of_each_song(self) -> np.ndarray:
        """Return the score of each song in each column, shape (songs, columns)."""
        return _with_stem_summaries(self.values, self.targets)

    def over_songs(self, how: OverSongs, chosen: np.ndarray | None = None) -> np.ndarray:
        """Average over songs, then over stems.

        Args:
            how: "mean" or "median" over songs.
            chosen: Indices of songs, shape (..., count); all songs by default.

        Returns:
            One number for each column, shape (..., columns); NaN where no song has a score, and for the summaries of
            the stems where a stem has none.
        """
        values = self.values if chosen is None else self.values[chosen]
        return _with_stem_summaries(_average(values, how), self.targets)


def score_matrix(scores: SongScores, songs: Iterable[str], targets: Iterable[str]) -> ScoreMatrix:
    """Lay scores out as a matrix of these songs and targets."""
    songs, targets = tuple(songs), tuple(targets)
    rows = [[scores[song].get(target, np.nan) for target in targets] for song in songs]
    return ScoreMatrix(songs, targets, np.array(rows, dtype=np.float64).reshape(len(songs), len(targets)))


def ordered_targets(scores: Iterable[SongScores]) -> tuple[str, ...]:
    """List the targets that occur: the stems, the accompaniment, then others by name."""
    found = {target for by_song in scores for by_target in by_song.values() for target in by_target}
    usual = [target for target in (*STEMS, ACCOMPANIMENT) if target in found]
    return (*usual, *sorted(found.difference(usual)))


def _average(values: np.ndarray, how: OverSongs) -> np.ndarray:
    """Average over the axis of songs, the last but one, without what is NaN."""
    if values.shape[-2] == 0:
        return np.full((*values.shape[:-2], values.shape[-1]), np.nan)
    with warnings.catch_warnings():
        # A column without any score is NaN, which is what it should be.
        warnings.simplefilter("ignore", RuntimeWarning)
        if how == "mean":
            return np.asarray(np.nanmean(values, axis=-2))
        return np.asarray(np.nanmedian(values, axis=-2))


def _with_stem_summaries(by_target: np.ndarray, targets: tuple[str, ...]) -> np.ndarray:
    """Append the mean and the median of the four stems, NaN without all of them, to the last axis."""
    if set(STEMS) <= set(targets):
        stems = by_target[..., [targets.index(stem) for stem in STEMS]]
        summaries = [np.mean(stems, axis=-1), np.median(stems, axis=-1)]
    else:
        summaries = [np.full(by_target.shape[:-1], np.nan)] * 2
    return np.concatenate([by_target, np.stack(summaries, axis=-1)], axis=-1)
