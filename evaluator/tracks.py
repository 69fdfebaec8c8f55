"""Which songs a run takes: sorted discovery, selection by whole names, and a folder of links as the grader offers it.

The original evaluator takes every folder in the order of the file system, stops at a stray one, and cannot select a
song whose name holds a comma. Here strays are left out with a warning, names are whole strings, and the process under
test sees a folder with the selected songs' mixtures only, so that it can neither peek at references nor stumble on
strays.
"""

from __future__ import annotations

import difflib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import soundfile

from audio import MIXTURE, STEMS, AudioError, KitError

logger = logging.getLogger(__name__)


class TrackError(KitError):
    """A folder of songs, or the name of a song in it, is not what a run needs."""


@dataclass(frozen=True)
class Track:
    """One song on disk: `<folder>/mixture.wav`, and its stems where they are known."""

    name: str
    folder: Path

    @property
    def mixture_path(self) -> Path:
        """Where the song is."""
        return self.folder / f"{MIXTURE}.wav"

    def stem_path(self, stem: str) -> Path:
        """Where the true stem is, if it is known."""
        return self.folder / f"{stem}.wav"

    @property
    def has_references(self) -> bool:
        """Whether all four true stems are there."""
        return all(self.stem_path(stem).is_file() for stem in STEMS)

    def duration_seconds(self) -> float:
        """Read the length of the mixture from its header.

        Raises:
            AudioError: The mixture is no readable audio file.
        """
        try:
            info = soundfile.info(self.mixture_path)
        except soundfile.LibsndfileError as error:
            raise AudioError(
                f"The mixture of '{self.name}' must be a readable WAV file. Got '{self.mixture_path}' "
                f"({error.error_string}). Fetch it again (a Git LFS pointer needs `git lfs pull`)."
            ) from error
        return float(info.frames / info.samplerate)


def discover_tracks(folder: Path, names: Sequence[str] | None = None) -> list[Track]:
    """List the songs of a folder, sorted by name; what is no song is left out with a warning.

    Args:
        folder: Holds one folder per song, each with `mixture.wav`.
        names: Take only these songs (whole names, commas allowed).

    Raises:
        TrackError: The folder is missing or holds no song, or a name is not among its songs.
    """
    if not folder.is_dir():
        raise TrackError(
            f"The folder of songs must exist. Got '{folder}'. Run `mdx samples` to make one with sample songs."
        )
    tracks = {entry.name: Track(entry.name, entry) for entry in _song_folders(folder)}
    if not tracks:
        raise TrackError(
            f"The folder of songs must hold folders with a mixture.wav. Got '{folder}' without any. "
            "Run `mdx samples` to make sample songs."
        )
    if names is None:
        return list(tracks.values())
    for name in names:
        if name not in tracks:
            raise TrackError(_unknown_name_message(name, tracks))
    return [track for track in tracks.values() if track.name in set(names)]


def offer_tracks(tracks: Iterable[Track], folder: Path) -> None:
    """Make `<folder>/<name>/mixture.wav` links to the songs: all that a grader shows of them."""
    for track in tracks:
        offered = folder / track.name
        offered.mkdir(parents=True)
        (offered / track.mixture_path.name).symlink_to(track.mixture_path.resolve())


def _song_folders(folder: Path) -> list[Path]:
    songs = []
    for entry in sorted(folder.iterdir()):
        if not entry.is_dir():
            if not entry.name.startswith("."):
                logger.warning("Left out '%s': a file, not the folder of a song.", entry)
        elif (entry / f"{MIXTURE}.wav").is_file():
            songs.append(entry)
        else:
            logger.warning(
                "Left out '%s': it has no %s.wav. The grader's own evaluator would stop here.", entry, MIXTURE
            )
    return songs


def _unknown_name_message(name: str, tracks: Iterable[str]) -> str:
    known = list(tracks)
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or known[:5]
    return f"The song must be one of the {len(known)} in the folder. Got '{name}'. Did you mean: {'; '.join(close)}?"
