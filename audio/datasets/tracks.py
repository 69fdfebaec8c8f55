"""What a track and a dataset are: files with names, nothing decoded.

A stem is a file, or one stream of a container (a stem.mp4 holds five). A track may lack stems: a chunk is then drawn
only for those that it has. Stems are found by name, never by index.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from audio.datasets.errors import DatasetError
from audio.stems import ACCOMPANIMENT, MIXTURE, STEMS

TRAIN, VALID, TEST = "train", "valid", "test"
SPLITS = (TRAIN, VALID, TEST)
VOICE = "vocals"
REST = tuple(stem for stem in STEMS if stem != VOICE)
"""The stems whose sum is the accompaniment of the voice."""


@dataclass(frozen=True)
class StemFile:
    """Where one stem is."""

    path: Path
    """The file as the dataset has it."""
    stream: int = 0
    """Which audio stream of a container, counted from 0."""
    array: Path | None = None
    """Its decoded copy, a .npy of shape (samples, 2), where a cache of the trainer has one."""
    place: str = ""
    """The dataset's folder by its name alone, and the path in it: what tells the file from all others wherever the
    dataset lies. Nothing: its whole path does."""


@dataclass(frozen=True)
class TrackFiles:
    """A track as found on disk; none of its files was opened yet."""

    name: str
    """The song."""
    split: str
    """"train", "valid" or "test"."""
    files: Mapping[str, StemFile]
    """Stem name -> file; the mixture too, where there is one."""

    @property
    def stems(self) -> tuple[str, ...]:
        """Names of the stems, sorted, without the mixture."""
        return tuple(sorted(stem for stem in self.files if stem != MIXTURE))

    def within(self, root: Path) -> TrackFiles:
        """Return the track with the places of its files in the dataset's folder."""
        folder = root.resolve().name
        places = {stem: Path(folder, os.path.relpath(file.path, root)) for stem, file in self.files.items()}
        files = {stem: replace(file, place=places[stem].as_posix()) for stem, file in self.files.items()}
        return replace(self, files=files)


@dataclass(frozen=True)
class Track(TrackFiles):
    """A track whose files were opened: one rate, one length."""

    sample_rate: int
    """In hertz, the same for all of its files."""
    samples: int
    """Length of the shortest of its files, so that every chunk lies in all of them."""

    @property
    def duration_seconds(self) -> float:
        """Length in seconds."""
        return self.samples / self.sample_rate

    def sources(self, stem: str) -> tuple[StemFile, ...]:
        """Return the files whose sum is a stem; none when the track lacks it.

        The accompaniment is its own file, or the sum of bass, drums and other where all three are there.
        """
        if stem in self.files:
            return (self.files[stem],)
        if stem == ACCOMPANIMENT and all(part in self.files for part in REST):
            return tuple(self.files[part] for part in REST)
        return ()


@dataclass(frozen=True)
class Dataset:
    """Tracks, and what is known of them as a whole."""

    name: str
    """For messages: the layout and the folder."""
    layout: str
    """A name from `audio.datasets.layouts`, or "musdb"; "joined" for several datasets."""
    tracks: tuple[Track, ...]
    """Sorted as the layout found them, which no machine's file order changes."""

    def split(self, name: str) -> Dataset:
        """Return the tracks of one split.

        Raises:
            DatasetError: Unknown split, or no track in it.
        """
        if name not in SPLITS:
            raise DatasetError(f"The split must be one of {', '.join(SPLITS)}. Got '{name}'.")
        tracks = tuple(track for track in self.tracks if track.split == name)
        if not tracks:
            there = ", ".join(sorted({track.split for track in self.tracks}))
            raise DatasetError(
                f"The split '{name}' of {self.name} must hold tracks. Got none (splits there: {there}). "
                "Name validation songs with `hold_out`, or use another split."
            )
        return replace(self, tracks=tracks)

    def hold_out(self, names: Collection[str]) -> Dataset:
        """Return the dataset with these training tracks as its validation split, instead of its own one.

        Raises:
            DatasetError: A name that no track of training or validation has.
        """
        wanted = {_composed(name) for name in names}
        unknown = sorted(wanted - {_composed(track.name) for track in self.tracks if track.split != TEST})
        if unknown:
            raise DatasetError(
                f"Validation songs must be training tracks of {self.name}. Got {', '.join(map(repr, unknown))}. "
                "List the tracks with `mdx data stats`."
            )
        tracks = tuple(
            track if track.split == TEST else replace(track, split=VALID if _composed(track.name) in wanted else TRAIN)
            for track in self.tracks
        )
        return replace(self, tracks=tracks)


def join_datasets(datasets: Sequence[Dataset]) -> Dataset:
    """Return one dataset with the tracks of one or several; their splits are kept."""
    if len(datasets) == 1:
        return datasets[0]
    tracks = tuple(track for dataset in datasets for track in dataset.tracks)
    return Dataset(" + ".join(dataset.name for dataset in datasets), "joined", tracks)


def _composed(name: str) -> str:
    """Return a name as keyboards write it: file systems of macOS take letters and their accents apart."""
    return unicodedata.normalize("NFC", name)
