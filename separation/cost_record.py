"""What was measured of a separator, kept whole: the clips, how songs are cut, set-up, files, and on what it ran."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from models.workload import Workload
from separation.cost import CostModel, Measurement, fit, read_as


@dataclass(frozen=True)
class ClipRun:
    """The separations of one clip."""

    duration_seconds: float
    first_seconds: float
    """Of the first separation."""
    later_seconds: tuple[float, ...]
    """Of those that followed; empty where there was no time for any."""
    file_seconds: tuple[float, ...]
    """Reading the clip and writing its stems, each time."""
    peak_bytes: int
    """Highest resident memory of the process until this clip and shorter ones were done."""

    @property
    def first_call_seconds(self) -> float:
        """How much longer the first separation took than the later ones; 0 where that is unknown."""
        return max(0.0, self.first_seconds - statistics.median(self.later_seconds or [self.first_seconds]))

    def measurements(self) -> list[Measurement]:
        """Return what the model is fitted to: the later separations, or the first where it was the only one."""
        return [
            Measurement(self.duration_seconds, seconds, self.peak_bytes)
            for seconds in self.later_seconds or [self.first_seconds]
        ]


@dataclass(frozen=True)
class CostRecord:
    """What a fresh process found out about one separator on one machine."""

    model_name: str
    machine: str
    """Processor or GPU, threads, version of torch."""
    busy_share: float
    """Share of the processors that other programs had just before the clips, from 0 to 1."""
    setup_seconds: float
    """From the start of the process, imports included, until the separator stood."""
    workload: Workload
    song_bytes_per_second: float
    """What a second of song takes in memory with all of its stems, copies included."""
    clips: tuple[ClipRun, ...]
    """From short to long, at least one."""

    @cached_property
    def model(self) -> CostModel:
        """The model of the separation alone.

        Raises:
            CostError: The clips say nothing.
        """
        measurements = [one for clip in self.clips for one in clip.measurements()]
        return fit(measurements, self.workload, self.song_bytes_per_second)

    @property
    def first_call_seconds(self) -> float:
        """How much longer the first separation of a length takes than later ones, at most."""
        return max(clip.first_call_seconds for clip in self.clips)

    def file_seconds(self, duration_seconds: float) -> float:
        """Predict the reading of a song and the writing of its stems.

        It follows the longest clip when that came first: a song longer than those before it needs memory that nobody
        has touched, which is what files cost most.
        """
        longest = self.clips[-1]
        return longest.file_seconds[0] / longest.duration_seconds * duration_seconds

    def as_dict(self) -> dict[str, Any]:
        """Return what `from_dict` reads, fit for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Any) -> CostRecord:
        """Read what `as_dict` gave.

        Raises:
            CostError: It is something else.
        """
        return read_as(cls, content)
