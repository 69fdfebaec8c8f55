"""Where each stem sounds, and how loud: levels of short frames, kept as JSON.

Half of a song's bass or voice can be silent, and a chunk of silence teaches little. The levels say which chunks hold
sound (`training.datasets.plans.SoundRule`) and what a dataset is made of (`mdx data stats`). Files that did not change
are not looked at again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from audio.atomic import write_text_atomically
from audio.datasets.decoding import decode_stem
from audio.datasets.errors import DatasetError
from audio.datasets.headers import file_key
from audio.datasets.tracks import SPLITS, Dataset, StemFile, Track

FORMAT = 1
FRAME_SECONDS = 0.5
FLOOR_DBFS = -100.0
"""Level of digital silence."""
ACTIVE_DBFS = -50.0
"""A frame below this is silence: noise floors and bleeding are lower, notes that fade out reach it."""


@dataclass(frozen=True)
class StemActivity:
    """The levels of one stem."""

    levels_dbfs: tuple[float, ...]
    """RMS over both channels of each frame of `FRAME_SECONDS`, in dB of full scale; the last frame may be shorter."""
    peak: float
    """Largest absolute sample; full scale is 1."""

    @property
    def active(self) -> np.ndarray:
        """Whether each frame holds sound, shape (frames,)."""
        return np.asarray(self.levels_dbfs) > ACTIVE_DBFS

    @property
    def active_share(self) -> float:
        """Share of frames that hold sound."""
        return float(self.active.mean())

    @property
    def level_dbfs(self) -> float:
        """Mean power of the frames that hold sound, in dB of full scale; of a silent stem `FLOOR_DBFS`."""
        levels = np.asarray(self.levels_dbfs)[self.active]
        return float(10 * np.log10(np.mean(10 ** (levels / 10)))) if len(levels) else FLOOR_DBFS


@dataclass(frozen=True)
class StemSummary:
    """One stem over all tracks of a split."""

    split: str
    """"train", "valid" or "test"."""
    stem: str
    """Its name; also "mixture"."""
    tracks: int
    """How many tracks have it."""
    hours: float
    """Their length."""
    active_share: float
    """Share of that in which it sounds."""
    level_dbfs: float
    """Mean power where it sounds, in dB of full scale."""


@dataclass(frozen=True)
class ActivityTable:
    """The levels of the stems of a dataset, found by their files."""

    stems: dict[str, StemActivity]
    """Key of a file's state -> its levels."""

    def of(self, file: StemFile) -> StemActivity:
        """Return the levels of a stem.

        Raises:
            DatasetError: The table has none, or the file has changed since.
        """
        found = self.stems.get(activity_key(file))
        if found is None:
            raise DatasetError(
                f"The levels of '{file.path}' must be known. The table has none, or the file has changed. "
                "Run `mdx data stats FOLDER` first."
            )
        return found


def activity_key(file: StemFile) -> str:
    """Return the key of a stem in a table."""
    return "-".join(file_key(file))


def measure_stem(file: StemFile) -> StemActivity:
    """Measure one stem; its copy in the cache is not used.

    Raises:
        AudioError: The file is unreadable.
    """
    return measure_samples(*decode_stem(file))


def measure_samples(samples: np.ndarray, sample_rate: int) -> StemActivity:
    """Measure the levels of a sound.

    Args:
        samples: Shape (samples, channels), float32; what is not finite counts as zero.
        sample_rate: In hertz.
    """
    frame_samples = round(FRAME_SECONDS * sample_rate)
    levels, peak = [], 0.0
    for start in range(0, len(samples), frame_samples):
        frame = np.nan_to_num(samples[start : start + frame_samples], posinf=0.0, neginf=0.0)
        peak = max(peak, float(np.abs(frame).max()))
        power = float(np.mean(np.square(frame, dtype=np.float64)))
        levels.append(round(max(FLOOR_DBFS, 10 * np.log10(power)), 1) if power > 0 else FLOOR_DBFS)
    return StemActivity(tuple(levels), round(peak, 4))


def measure_dataset(dataset: Dataset, known: ActivityTable) -> Iterator[tuple[str, StemActivity]]:
    """Measure all stems and mixtures of a dataset, those of `known` without looking at their files again.

    Yields:
        The key of each file, and its levels.

    Raises:
        AudioError: A file is unreadable.
    """
    for track in dataset.tracks:
        for file in track.files.values():
            key = activity_key(file)
            yield key, known.stems.get(key) or measure_stem(file)


def summarise(dataset: Dataset, table: ActivityTable) -> list[StemSummary]:
    """Sum up each stem of each split.

    Raises:
        DatasetError: The table lacks a stem.
    """
    groups: dict[tuple[str, str], list[tuple[Track, StemActivity]]] = defaultdict(list)
    for track in dataset.tracks:
        for stem, file in track.files.items():
            groups[track.split, stem].append((track, table.of(file)))
    summaries = []
    for (split, stem), members in sorted(groups.items(), key=lambda group: (SPLITS.index(group[0][0]), group[0][1])):
        together = StemActivity(tuple(level for _, found in members for level in found.levels_dbfs), 0.0)
        hours = sum(track.duration_seconds for track, _ in members) / 3600
        share, level = together.active_share, together.level_dbfs
        summaries.append(StemSummary(split, stem, len(members), hours, share, level))
    return summaries


def save_activity(path: Path, table: ActivityTable) -> None:
    """Write a table as JSON, whole or not at all.

    Raises:
        OSError: The file cannot be written.
    """
    stems = {key: {"peak": stem.peak, "levels_dbfs": stem.levels_dbfs} for key, stem in table.stems.items()}
    document = {"format": FORMAT, "frame_seconds": FRAME_SECONDS, "stems": stems}
    write_text_atomically(path, json.dumps(document, separators=(",", ":")) + "\n")


def activity_path(cache_folder: Path) -> Path:
    """Return the file of the levels, beside a dataset's decoded copies."""
    return cache_folder / "activity.json"


def load_activity(path: Path) -> ActivityTable:
    """Read a table; a file that is not there, or of another format, gives an empty one.

    Raises:
        DatasetError: The file is no such table.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if (document["format"], document["frame_seconds"]) != (FORMAT, FRAME_SECONDS):
            return ActivityTable({})
        stems = {
            key: StemActivity(tuple(map(float, stem["levels_dbfs"])), float(stem["peak"]))
            for key, stem in document["stems"].items()
        }
    except FileNotFoundError:
        return ActivityTable({})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(
            f"The table of levels must be what `mdx data stats` writes. Got '{path}' ({error!r}). Delete it."
        ) from error
    return ActivityTable(stems)
