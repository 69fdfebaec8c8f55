"""What a separator costs: seconds and peak memory of a song of any duration, from a few clips that were measured.

    seconds(T) = a * heard(T) + b      heard(T): seconds of sound that the networks are given for a song of T seconds
    memory(T)  = m * call(T) + song(T) + c      call(T): the longest call, in seconds; song(T): the song and its stems

`heard` and `call` are known without a measurement (`models.workload`): they count overlaps, context and silence, and
rise in steps of whole chunks. What is fitted are two figures each, so a handful of short clips suffices. Everything
here is arithmetic on what was measured: nothing is run, nothing is read; `separation.cost_measuring` measures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from audio import KitError
from models.workload import Workload
from separation.line_fit import Line, Prediction, fit_line

DOUBT_PER_DOUBLING = 0.1
"""Relative deviation for each doubling from the longest call that was measured to the longest one of the song."""
LONGEST_SONG_SECONDS = 3600
"""Songs up to this duration are looked at for what fits a limit."""


class CostError(KitError):
    """Measurements from which nothing can be predicted, or a cost that cannot be read."""


@dataclass(frozen=True)
class Measurement:
    """One separation of one clip."""

    duration_seconds: float
    """Of the clip."""
    seconds: float
    """Of the separation, once everything is warm."""
    peak_bytes: int
    """Highest resident memory of the process that did it."""


@dataclass(frozen=True)
class CostModel:
    """Predicts time and memory of a separator from the duration of a song."""

    workload: Workload
    time: Line
    """Over the seconds of sound that the networks are given."""
    memory: Line
    """Over the seconds of the longest call; without the song and its stems."""
    song_bytes_per_second: float
    """What the song and its stems take in memory."""
    longest_measured_call_seconds: float

    def seconds(self, duration_seconds: float) -> Prediction:
        """Predict the time of a separation, set-up and first call left out.

        Raises:
            CostError: A duration that is not above zero.
        """
        self._check(duration_seconds)
        return self.time.at(self.workload.heard_seconds(duration_seconds), self._doubt(duration_seconds))

    def memory_bytes(self, duration_seconds: float) -> Prediction:
        """Predict the highest resident memory of the process, in bytes.

        Raises:
            CostError: A duration that is not above zero.
        """
        self._check(duration_seconds)
        of_calls = self.memory.at(self.workload.longest_call_seconds(duration_seconds), self._doubt(duration_seconds))
        return of_calls.plus(self.song_bytes_per_second * duration_seconds)

    def as_dict(self) -> dict[str, Any]:
        """Return what `from_dict` reads, fit for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> CostModel:
        """Read what `as_dict` gave.

        Raises:
            CostError: It is something else.
        """
        return read_as(cls, content)

    def _doubt(self, duration_seconds: float) -> float:
        ratio = self.workload.longest_call_seconds(duration_seconds) / self.longest_measured_call_seconds
        return DOUBT_PER_DOUBLING * math.log2(max(1.0, ratio))

    @staticmethod
    def _check(duration_seconds: float) -> None:
        if not 0 < duration_seconds < math.inf:
            raise CostError(f"The duration of a song must be above 0 seconds and finite. Got {duration_seconds}.")


def fit(measurements: Sequence[Measurement], workload: Workload, song_bytes_per_second: float = 0.0) -> CostModel:
    """Fit the model of a separator.

    Args:
        measurements: At least one; of different durations where the cost of a call is to be told from that of a song.
        workload: How the separator cuts songs.
        song_bytes_per_second: What a second of song takes in memory with all of its stems.

    Raises:
        CostError: No measurement, or one that is not above zero and finite.
    """
    for one in measurements:
        if not all(0 < figure < math.inf for figure in (one.duration_seconds, one.seconds, one.peak_bytes)):
            raise CostError(f"The figures of a measurement must be above 0 and finite. Got {one}.")
    if not measurements:
        raise CostError("A cost model must be fitted to one measurement or more. Got none: allow more time for clips.")
    durations = [one.duration_seconds for one in measurements]
    calls = [workload.longest_call_seconds(duration) for duration in durations]
    without_song = [max(1.0, one.peak_bytes - song_bytes_per_second * one.duration_seconds) for one in measurements]
    return CostModel(
        workload=workload,
        time=fit_line([workload.heard_seconds(duration) for duration in durations], [m.seconds for m in measurements]),
        memory=fit_line(calls, without_song),
        song_bytes_per_second=song_bytes_per_second,
        longest_measured_call_seconds=max(calls),
    )


@dataclass(frozen=True)
class FittingSongs:
    """Which songs are done in time, in whole seconds up to LONGEST_SONG_SECONDS."""

    shortest_seconds: int
    longest_seconds: int

    @property
    def is_open(self) -> bool:
        """Whether the longest that was looked at still fits."""
        return self.longest_seconds == LONGEST_SONG_SECONDS


def fitting_songs(
    seconds: Callable[[float], Prediction], limit_seconds: Callable[[float], float]
) -> FittingSongs | None:
    """Return the longest run of durations whose songs are done in time, the upper bound of each taken, or None.

    A limit that follows the duration can be too short for short songs: a chunk begun is a chunk paid.

    Args:
        seconds: Duration -> time that a song takes.
        limit_seconds: Duration -> time that it may take.
    """
    fits = [seconds(duration).high <= limit_seconds(duration) for duration in range(1, LONGEST_SONG_SECONDS + 1)]
    best, start = (0, 0), 0
    for place, fit_here in enumerate([*fits, False]):
        if not fit_here:
            best = max(best, (place - start, start))
            start = place + 1
    length, first = best
    return FittingSongs(first + 1, first + length) if length else None


def read_as(kind: Any, content: Any) -> Any:  # kind: a dataclass; the result is one of it
    """Turn what JSON held into a dataclass.

    Raises:
        CostError: It does not fit.
    """
    try:
        return TypeAdapter(kind).validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "content"
        raise CostError(
            f"A kept {kind.__name__} must have the fields of this version. Got '{place}': {first['msg']}. Measure anew."
        ) from error
