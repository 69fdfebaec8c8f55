"""Which songs `mdx evaluate` and `mdx score` take from a folder.

- Songs as the challenge has them, `<song>/mixture.wav`: all of them.
- Songs of a dataset side by side, as MUSDB18's `test/` has them: all of them.
- A dataset as it comes, `{train,test}/` of MUSDB18 and MUSDB18-HQ or another layout of `audio.datasets.layouts`: one of
  its subsets, by default the test songs. The field's 14 validation songs are no training songs here, as in training.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from audio import MIXTURE, STEMS
from audio.datasets import DatasetError
from audio.datasets.layouts import find_tracks, has_subsets, layout_of
from audio.datasets.opening import measure
from audio.datasets.tracks import SPLITS, TEST, TrackFiles
from evaluator.decoded_tracks import DecodedTrack
from evaluator.tracks import Track, TrackError, discover_tracks, select_names

logger = logging.getLogger(__name__)


def songs_to_evaluate(folder: Path, subset: str | None = None, names: Sequence[str] | None = None) -> list[Track]:
    """List the songs of a folder that have a mixture, sorted by name; what has none is left out with a warning.

    Args:
        folder: Songs or a dataset.
        subset: "train", "valid" or "test", of a dataset; by default the test songs.
        names: Take only these songs (whole names, commas allowed).

    Raises:
        TrackError: The folder holds no song, has no subsets or lacks the one that is named, or lacks a named song.
        DatasetError: The files of a song cannot be used.
    """
    if _holds_songs(folder, (MIXTURE,)):
        check_no_subset(folder, subset)
        return discover_tracks(folder, names)
    found = _songs_of_dataset(folder, subset, (MIXTURE,))
    return [_as_track(found[name]) for name in select_names(found, names)]


def songs_to_score(folder: Path, subset: str | None = None) -> list[Track]:
    """List the songs of a folder that have all true stems, sorted by name; others are left out with a warning.

    Args:
        folder: Songs, which need no mixture here, or a dataset.
        subset: "train", "valid" or "test", of a dataset; by default the test songs.

    Raises:
        TrackError: The folder holds no such song, has no subsets or lacks the one that is named.
        DatasetError: The files of a song cannot be used.
    """
    if not _holds_songs(folder, STEMS):
        return [_as_track(track) for track in _songs_of_dataset(folder, subset, STEMS).values()]
    check_no_subset(folder, subset)
    songs = [Track(entry.name, entry) for entry in sorted(folder.iterdir()) if entry.is_dir()]
    for song in songs:
        if not song.has_references:
            logger.warning("Left out '%s': it has not all of %s.", song.folder, _file_names(STEMS))
    return [song for song in songs if song.has_references]


def check_no_subset(folder: Path, subset: str | None) -> None:
    """Refuse the choice of a subset where there are none.

    Raises:
        TrackError: One was named.
    """
    if subset is None:
        return
    above = f" Or name the dataset, '{folder.resolve().parent}'." if folder.resolve().name in SPLITS else ""
    raise TrackError(
        f"Only a dataset has subsets. Got --subset {subset} for '{folder}', one folder of songs. Leave it out.{above}"
    )


def _songs_of_dataset(folder: Path, subset: str | None, needed: Collection[str]) -> dict[str, TrackFiles]:
    """Find the songs of a subset that have the stems which are needed, name -> song, sorted by name."""
    if subset is not None and subset not in SPLITS:
        raise TrackError(f"The subset must be one of {', '.join(SPLITS)}. Got '{subset}'.")
    try:
        tracks = find_tracks(folder, layout_of(folder))
    except DatasetError as error:
        raise TrackError(_no_songs(folder, needed)) from error
    if has_subsets(folder):
        tracks = _of_subset(folder, tracks, subset or TEST)
    else:
        check_no_subset(folder, subset)
    found = {}
    for track in sorted(tracks, key=lambda track: track.name):
        missing = [stem for stem in needed if stem not in track.files]
        if missing:
            logger.warning("Left out '%s': it has no %s.", track.name, " and no ".join(missing))
        else:
            found[track.name] = track
    if not found:
        raise TrackError(_no_songs(folder, needed))
    return found


def _of_subset(folder: Path, tracks: list[TrackFiles], subset: str) -> list[TrackFiles]:
    chosen = [track for track in tracks if track.split == subset]
    if not chosen:
        there = ", ".join(f"{split}: {count}" for split, count in Counter(track.split for track in tracks).items())
        raise TrackError(
            f"The subset '{subset}' of '{folder}' must hold songs. Got none (songs there: {there}). "
            "Name another one with --subset, or copy the part that is missing."
        )
    return chosen


def _as_track(track: TrackFiles) -> Track:
    """Take the files as they are where they lie as the challenge's do."""
    folder = next(iter(track.files.values())).path.parent
    if all(file.path == folder / f"{stem}.wav" for stem, file in track.files.items()):
        return Track(track.name, folder)
    return DecodedTrack.of(*measure([track]))


def _holds_songs(folder: Path, needed: Collection[str]) -> bool:
    """Tell whether songs with these WAV files lie in the folder itself."""
    return folder.is_dir() and any(_is_song(entry, needed) for entry in folder.iterdir())


def _is_song(folder: Path, needed: Collection[str]) -> bool:
    return all((folder / f"{stem}.wav").is_file() for stem in needed)


def _no_songs(folder: Path, needed: Collection[str]) -> str:
    if not folder.exists():
        return f"The folder of songs must exist. Got '{folder}'. Run `mdx samples` to make one with sample songs."
    nearby = _nearby(folder, needed)
    advice = "Run `mdx samples` to make sample songs." if nearby is None else f"Did you mean '{nearby}'?"
    return (
        f"The folder of songs must hold folders with {_file_names(needed)}, or a dataset such as MUSDB18. "
        f"Got '{folder}' without any. {advice}"
    )


def _nearby(folder: Path, needed: Collection[str]) -> Path | None:
    """Find songs one folder above or below."""
    if folder.is_file() or _is_song(folder, needed):
        return folder.resolve().parent
    children = sorted(entry for entry in folder.iterdir() if entry.is_dir()) if folder.is_dir() else []
    return next((child for child in children if _holds_songs(child, needed) or _is_dataset(child)), None)


def _is_dataset(folder: Path) -> bool:
    try:
        layout_of(folder)
    except DatasetError:
        return False
    return True


def _file_names(stems: Collection[str]) -> str:
    return ", ".join(f"{stem}.wav" for stem in stems)
