"""From a folder to a dataset: which layout, which tracks, how long; only headers are read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from audio.datasets.errors import DatasetError
from audio.datasets.headers import read_header
from audio.datasets.layouts import find_tracks, layout_of
from audio.datasets.musdb_objects import MusdbObject, find_musdb_tracks
from audio.datasets.tracks import Dataset, Track, TrackFiles
from audio.errors import AudioError

MOST_CHANNELS = 2


def open_dataset(source: Path | str | MusdbObject, layout: str | None = None) -> Dataset:
    """Open a dataset.

    Args:
        source: Its folder, or a `musdb.DB`.
        layout: A name from `audio.datasets.layouts`; by default the one that fits.

    Raises:
        DatasetError: No layout fits, there are no tracks, or a track cannot be used (`measure`).
    """
    if isinstance(source, Path | str):
        root = Path(source)
        found = layout_of(root, layout)
        return Dataset(f"{found.name} '{root}'", found.name, measure(find_tracks(root, found)))
    if not isinstance(source, MusdbObject):
        raise DatasetError(f"The dataset must be a folder or a musdb.DB. Got {type(source).__name__}. Name its folder.")
    return Dataset("musdb.DB", "musdb", measure(find_musdb_tracks(source)))


def measure(tracks: Iterable[TrackFiles]) -> tuple[Track, ...]:
    """Read the headers of tracks.

    Raises:
        DatasetError: A file is unreadable or has more than two channels, or the rates within a track differ.
    """
    return tuple(map(_measure, tracks))


def _measure(track: TrackFiles) -> Track:
    try:
        headers = [read_header(file) for file in track.files.values()]
    except AudioError as error:
        raise DatasetError(f"The track '{track.name}' cannot be used. {error} `mdx data check` lists all.") from error
    for file, header in zip(track.files.values(), headers, strict=True):
        if header.channels > MOST_CHANNELS:
            raise DatasetError(
                f"Stems must be mono or stereo. Got {header.channels} channels in '{file.path}'. Mix it down to two or "
                "remove it; `mdx data check` lists all."
            )
    rates = {header.sample_rate for header in headers}
    if len(rates) > 1:
        raise DatasetError(
            f"The files of a track must have one sample rate. Got {', '.join(map(str, sorted(rates)))} Hz in "
            f"'{track.name}'. Resample or remove it; `mdx data check` lists all."
        )
    samples = min(header.samples for header in headers)
    return Track(track.name, track.split, track.files, rates.pop(), samples)
