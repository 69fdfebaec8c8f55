"""Decoded copies of stems that cannot be read from any place: containers, and files at another rate.

One .npy per stem, shape (samples, 2), 16-bit integers or floats, so that a chunk is one contiguous read of a
memory-mapped file. The name holds keys of the source's place, size and time of change: a changed file gets a new copy,
a build that was stopped goes on where it was, and a dataset may be moved together with its cache. Files appear whole or
not at all.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from audio.atomic import atomic_path
from audio.datasets.decoding import decode_stem
from audio.datasets.errors import DatasetError
from audio.datasets.headers import Header, file_key, read_header
from audio.datasets.tracks import Dataset, StemFile, Track
from audio.reading import as_stereo
from audio.resampling import resample
from audio.stems import SAMPLE_RATE
from audio.user_cache import user_cache

Encoding = Literal["int16", "float32"]
BYTES_PER_SAMPLE = {"int16": 2, "float32": 4}
CHANNELS = 2
INT16_STEPS = 32768.0


@dataclass(frozen=True)
class CacheSettings:
    """Where copies go, and what they hold."""

    folder: Path
    """Holds one folder per track."""
    sample_rate: int = SAMPLE_RATE
    """Rate of the copies, in hertz."""
    encoding: Encoding = "int16"
    """"int16" keeps 16-bit files exactly and clips beyond full scale; "float32" keeps all, at twice the size."""
    everything: bool = False
    """Also copies of what can be read as it is: for slow disks and FLAC files."""

    def __post_init__(self) -> None:
        """Check the encoding.

        Raises:
            DatasetError: It is unknown.
        """
        if self.encoding not in BYTES_PER_SAMPLE:
            raise DatasetError(f"The encoding must be one of {', '.join(BYTES_PER_SAMPLE)}. Got '{self.encoding}'.")


@dataclass(frozen=True)
class Copy:
    """One copy: made, or to be made."""

    track: str
    """Name of the track."""
    stem: str
    """Name of the stem."""
    source: StemFile
    """What is copied."""
    path: Path
    """The .npy file."""
    samples: int
    """Its length, as far as the source's header tells."""
    size_bytes: int
    """Its size, as far as the source's header tells."""

    @property
    def done(self) -> bool:
        """Whether it is there, whole."""
        return _whole_samples(self.path) is not None


def default_cache_folder(root: Path) -> Path:
    """Return where the copies of a dataset go when no folder is named, under the user's cache."""
    absolute = root.resolve()
    digest = hashlib.sha256(os.fsencode(absolute)).hexdigest()[:8]
    return user_cache("datasets") / f"{absolute.name}-{digest}"


def plan_cache(dataset: Dataset, settings: CacheSettings) -> list[Copy]:
    """List the copies that a dataset needs, those that are there among them.

    Raises:
        AudioError: A file is unreadable.
    """
    copies = []
    for track in dataset.tracks:
        for stem, file in track.files.items():
            header = read_header(file)
            if settings.everything or not _is_direct(header, settings):
                copies.append(_copy(track, stem, header, settings))
    return copies


def build_cache(copies: list[Copy], settings: CacheSettings) -> Iterator[tuple[Copy, int]]:
    """Make the copies that are missing, one at a time, and remove copies of the same stems that are out of date.

    Yields:
        Each copy when it is done, and how many of its samples were clipped.

    Raises:
        DatasetError: The disk has not enough room.
        AudioError: A file is damaged.
        OSError: The folder cannot be written.
    """
    missing = [copy for copy in copies if not copy.done]
    _check_room(settings.folder, sum(copy.size_bytes for copy in missing))
    for copy in missing:
        raw, source_rate = decode_stem(copy.source)
        sound = as_stereo(raw, subject=f"The stem '{copy.stem}' of '{copy.track}'")
        samples = resample(sound, source_rate, settings.sample_rate).T.numpy()
        clipped = _write(copy.path, samples, settings.encoding)
        _remove_outdated(copy.path)
        yield copy, clipped


def with_cache(dataset: Dataset, settings: CacheSettings) -> Dataset:
    """Return the dataset with its tracks at the wanted rate, read from copies where these are there.

    Copies in another encoding than the settings' serve as well.

    Raises:
        DatasetError: A copy that is needed is missing.
        AudioError: A file is unreadable.
    """
    return replace(dataset, tracks=tuple(_with_copies(track, settings) for track in dataset.tracks))


def _with_copies(track: Track, settings: CacheSettings) -> Track:
    files, lengths, absent = {}, [], []
    for stem, file in track.files.items():
        header = read_header(file)
        found = _find_copy(track, stem, header, settings)
        if found is not None:
            path, samples = found
            files[stem] = replace(file, array=path)
            lengths.append(samples)
        elif _is_direct(header, settings):
            files[stem] = file
            lengths.append(header.samples)
        else:
            absent.append(stem)
    if absent:
        raise DatasetError(
            f"The track '{track.name}' must be readable in parts at {settings.sample_rate} Hz. Got no copies of "
            f"{', '.join(sorted(absent))} in '{settings.folder}'. Run `mdx data cache FOLDER --rate "
            f"{settings.sample_rate} --cache '{settings.folder}'` first."
        )
    return replace(track, files=files, sample_rate=settings.sample_rate, samples=min(lengths))


def _find_copy(track: Track, stem: str, header: Header, settings: CacheSettings) -> tuple[Path, int] | None:
    """Return the copy of a stem and its length; one in the encoding of the settings before others."""
    for encoding in sorted(get_args(Encoding), key=lambda name: name != settings.encoding):
        path = _copy(track, stem, header, replace(settings, encoding=encoding)).path
        samples = _whole_samples(path)
        if samples is not None:
            return path, samples
    return None


def _whole_samples(path: Path) -> int | None:
    """Return the length of a copy; nothing when it is not there, or was cut off by a full disk or a crash."""
    try:
        return int(np.load(path, mmap_mode="r").shape[0])
    except (FileNotFoundError, ValueError, EOFError):
        return None


def _is_direct(header: Header, settings: CacheSettings) -> bool:
    return header.seekable and header.sample_rate == settings.sample_rate


def _copy(track: Track, stem: str, header: Header, settings: CacheSettings) -> Copy:
    file = track.files[stem]
    samples = max(1, round(header.samples * settings.sample_rate / header.sample_rate))
    place, state = file_key(file)
    name = f"{stem}.{place}.{state}-{settings.sample_rate}-{settings.encoding}.npy"
    size_bytes = samples * CHANNELS * BYTES_PER_SAMPLE[settings.encoding]
    return Copy(track.name, stem, file, settings.folder / track.name / name, samples, size_bytes)


def _write(path: Path, samples: np.ndarray, encoding: Encoding) -> int:
    """Write a copy whole or not at all; returns how many samples were clipped."""
    clipped = 0
    if encoding == "int16":
        clipped = int((np.abs(samples) > 1.0).sum())
        samples = np.rint(samples * INT16_STEPS).clip(-INT16_STEPS, INT16_STEPS - 1).astype(np.int16)
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        np.save(file, np.ascontiguousarray(samples))
    return clipped


def _check_room(folder: Path, needed_bytes: int) -> None:
    there = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    free_bytes = shutil.disk_usage(there).free
    if needed_bytes > free_bytes:
        raise DatasetError(
            f"The disk of the cache '{folder}' must have {needed_bytes / 1e9:.1f} GB free. It has "
            f"{free_bytes / 1e9:.1f} GB. Name another folder with --cache, or use --encoding int16."
        )


def _remove_outdated(made: Path) -> None:
    """Remove copies of the same source in an older state, at another rate, or in another encoding."""
    place = made.name.rsplit(".", 2)[0]
    for path in made.parent.iterdir():
        if path != made and path.suffix == ".npy" and path.name.rsplit(".", 2)[0] == place:
            # Another process that makes copies too may be faster.
            path.unlink(missing_ok=True)
