"""When the set-up and a song must be done: the plan's rule and the environment's limit, whichever is shorter.

The reserve is the margin of the plan, and what was measured to pass between the deadline and the end: how late the
waiting thread wakes up, and for arrays how long the challenge's wrapper takes to write them.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import psutil
import soundfile
import torch

from audio import MIXTURE, SAMPLE_RATE, KitError, read_audio, write_audio
from audio.sources import TensorSource
from audio.stems import Stems
from separation.deadline.clock import NO_LIMIT, Deadline
from separation.deadline.guard_plan import GuardPlan
from separation.deadline.stem_stores import MemoryStore, WavStore
from separation.limits import SETUP_SECONDS

USUAL_SONG_SECONDS = 240.0
TRIAL_SECONDS = 10.0
SETUP_MARGIN = 0.05
LONGEST_START_SECONDS = 60.0
TRIALS = 3
SHORTEST_SECONDS = 2.0
"""Of a limit that follows the duration: a clip of a tenth of a second tries whether a submission runs, not how fast."""


class TimeLimitError(KitError):
    """A limit that not even the fallback could keep."""


@dataclass(frozen=True)
class SongClock:
    """Gives every song its deadline."""

    guard: GuardPlan
    environment_seconds: float = NO_LIMIT
    """What the environment allows a song, whatever its duration."""
    latency_seconds: float = 0.0
    """How late the waiting thread may be."""
    handing_back_share: float = 0.0
    """Seconds that handing back takes, for a second of song."""

    def limit_seconds(self, duration_seconds: float) -> float:
        """Return the limit of a song."""
        rule = self.guard.time_limit
        planned = rule.song_seconds or max(rule.seconds_for(duration_seconds), SHORTEST_SECONDS)
        return min(planned, self.environment_seconds)

    def deadline(self, started: float, duration_seconds: float) -> Deadline:
        """Return the deadline of a song.

        Args:
            started: When its clock began, by `time.monotonic`.
            duration_seconds: Of the song.
        """
        limit = self.limit_seconds(duration_seconds)
        deadline = Deadline.with_margin(started, limit, self.guard.margin, self.latency_seconds)
        handing_back = self.handing_back_share * duration_seconds
        return replace(deadline, reserve_seconds=deadline.reserve_seconds + handing_back)

    def refuse_too_short(self, duration_seconds: float, fallback_share: float) -> None:
        """Refuse a limit in which not even the fallback can be written.

        Args:
            duration_seconds: Of the longest song.
            fallback_share: Seconds that the fallback takes, for a second of song.

        Raises:
            TimeLimitError: The fallback alone would take as long.
        """
        deadline = self.deadline(0.0, duration_seconds)
        needed = fallback_share * duration_seconds
        if deadline.ends < needed:
            raise TimeLimitError(
                f"The time limit of a song of {duration_seconds:.1f} s must be at least "
                f"{needed + deadline.reserve_seconds:.3f} s on this machine: {needed:.3f} s for the fallback, the rest "
                f"for the margin. Got {deadline.limit_seconds:.3f} s. "
                "Raise `guard.limit` in the plan or INFERENCE_PER_MUSIC_TIMEOUT_SECONDS, or write to a faster disk."
            )


def setup_deadline(limit_seconds: float = SETUP_SECONDS) -> Deadline:
    """Return when the set-up must be done, counted from the start of this process; 0 is no limit.

    A process that is older than imports take did something else before.
    """
    age_seconds = min(max(0.0, time.time() - psutil.Process().create_time()), LONGEST_START_SECONDS)
    return Deadline.with_margin(time.monotonic() - age_seconds, limit_seconds or NO_LIMIT, SETUP_MARGIN)


def fallback_share(folder: Path, encoding: str) -> float:
    """Measure the fallback in files, reading included: seconds for a second of song.

    Raises:
        OSError: The folder cannot be written.
    """
    with tempfile.TemporaryDirectory(dir=folder if folder.is_dir() else None) as trial:
        mixture_path = Path(trial) / f"{MIXTURE}.wav"
        song = _trial_song()
        write_audio(mixture_path, song.read(0, song.samples), SAMPLE_RATE, "PCM_16")

        def fall_back() -> None:
            read = TensorSource(read_audio(mixture_path).samples, SAMPLE_RATE)
            WavStore(read, Path(trial), encoding).close()

        return _least_seconds(fall_back) / TRIAL_SECONDS


def wrapper_share(as_arrays: Callable[[Stems], dict[str, np.ndarray]]) -> float:
    """Measure what follows a separation in the wrapper of SDX23: arrays are made and written, four files.

    Args:
        as_arrays: Makes the arrays.
    """
    stems = MemoryStore(_trial_song()).stems

    def hand_back() -> None:
        for stem, array in as_arrays(stems).items():
            soundfile.write(Path(trial) / f"{stem}.wav", array, SAMPLE_RATE)

    with tempfile.TemporaryDirectory() as trial:
        return _least_seconds(hand_back) / TRIAL_SECONDS


def _trial_song() -> TensorSource:
    generator = torch.Generator().manual_seed(0)
    return TensorSource(0.1 * torch.randn(2, round(TRIAL_SECONDS * SAMPLE_RATE), generator=generator), SAMPLE_RATE)


def _least_seconds(action: Callable[[], None]) -> float:
    """Time an action some times: the first time pays for what later ones do not."""
    times = []
    for _ in range(TRIALS):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return min(times)
