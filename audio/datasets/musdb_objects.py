"""A `musdb.DB` as a dataset: its files, not its decoder, which needs an ffmpeg program.

The package musdb is not imported: whatever has its attributes will do (`root`, `is_wav`, `tracks`, and of each track
`name`, `subset`, `path`, `stem_id`, `sources`; https://github.com/sigsep/sigsep-mus-db).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from audio.datasets.errors import DatasetError
from audio.datasets.tracks import TRAIN, VALID, StemFile, TrackFiles
from audio.datasets.validation import VALIDATION_TRACKS
from audio.stems import MIXTURE


@runtime_checkable
class MusdbObject(Protocol):
    """What is used of a `musdb.DB`."""

    root: str
    """Its folder."""
    tracks: list[Any]
    """Objects like `musdb.audio_classes.MultiTrack`."""
    is_wav: bool
    """Whether each stem is a file of its own; else each track is a stem.mp4."""


def find_musdb_tracks(database: MusdbObject) -> list[TrackFiles]:
    """List the tracks of a `musdb.DB`, in its order.

    Raises:
        DatasetError: It holds none.
    """
    if not database.tracks:
        raise DatasetError("The musdb.DB must hold tracks. Got none. Check its root, subsets and split.")
    return [_track(track, is_wav=database.is_wav).within(Path(database.root)) for track in database.tracks]


def _track(track: Any, *, is_wav: bool) -> TrackFiles:
    parts = {MIXTURE: track, **track.sources}
    files = {name: StemFile(Path(part.path), 0 if is_wav else int(part.stem_id)) for name, part in parts.items()}
    held_out = track.subset == TRAIN and track.name in VALIDATION_TRACKS
    return TrackFiles(track.name, VALID if held_out else track.subset, files)
