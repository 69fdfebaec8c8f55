"""Which songs a run takes: sorted discovery, selection by whole names, and a folder of links as the grader offers it.

The original evaluator takes every folder in the order of the file system, stops at a stray one, and cannot select a
song whose name holds a comma. Here strays are left out with a warning, names are whole strings, and the process under
test sees a folder with the selected songs' mixtures only, so that it can neither peek at references nor stumble on
strays.
"""

from __future__ import annotations

import difflib
import logging
import re
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import soundfile

from audio import MIXTURE, SAMPLE_RATE, STEMS, AudioError, KitError

logger = logging.getLogger(__name__)

_RESERVED = re.compile(r"results\.json|report\.html|bsseval|predict-.*\.log")


class TrackError(KitError):
    """A folder of songs, or the name of a song in it, is not what a run needs."""


@dataclass(frozen=True)
class Track:
    """One song on disk: `<folder>/mixture.wav`, and its stems where they are known.

    What must be decoded first is `evaluator.decoded_tracks`; whoever reads a song closes it afterwards.
    """

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

    @property
    def has_mixture(self) -> bool:
        """Whether the song itself is there; with all stems it can be summed up."""
        return self.mixture_path.is_file()

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
        if info.frames == 0:
            raise AudioError(f"The mixture of '{self.name}' must hold samples. Got '{self.mixture_path}' without any.")
        return float(info.frames / info.samplerate)

    def oddities(self) -> list[str]:
        """Say what about this song differs from the challenge's: each is a sentence, for a warning."""
        mixture = soundfile.info(self.mixture_path)
        known = [stem for stem in STEMS if self.stem_path(stem).is_file()]
        odd = [*odd_form(mixture.samplerate, mixture.channels), *incomplete_references(known)]
        for stem in STEMS if self.has_references else ():
            try:
                reference = soundfile.info(self.stem_path(stem))
            except soundfile.LibsndfileError as error:
                odd.append(f"The true {stem} is no readable audio file ({error.error_string}).")
                continue
            if (reference.frames, reference.channels) != (mixture.frames, 2):
                odd.append(
                    f"The true {stem} has {reference.frames} samples and {reference.channels} channels; "
                    f"the mixture has {mixture.frames} samples, and stems have 2 channels."
                )
        return odd

    def copy_mixture(self, target: Path) -> None:
        """Write the mixture to another file.

        Raises:
            OSError: It cannot be written.
        """
        shutil.copyfile(self.mixture_path, target)

    def close(self) -> None:
        """Remove what reading the song has left on disk: nothing, its files are read as they are."""


def odd_form(sample_rate: int, channels: int) -> list[str]:
    """Say how the form of a mixture, its rate in hertz and its channels, differs from the challenge's, if it does."""
    if (sample_rate, channels) == (SAMPLE_RATE, 2):
        return []
    return [f"The mixture has {sample_rate} Hz and {channels} channels; the challenge's have {SAMPLE_RATE} Hz and 2."]


def incomplete_references(known: Iterable[str]) -> list[str]:
    """Say which true stems a song lacks, if it has some of them only: it is not scored then."""
    missing = [stem for stem in STEMS if stem not in set(known)]
    if not 0 < len(missing) < len(STEMS):
        return []
    return [f"It cannot be scored, since it lacks the true {' and '.join(missing)}."]


def discover_tracks(folder: Path, names: Sequence[str] | None = None) -> list[Track]:
    """List the songs of a folder, sorted by name; what is no song is left out with a warning.

    Args:
        folder: Holds one folder per song, each with `mixture.wav`; other folders are for `evaluator.subsets`.
        names: Take only these songs (whole names, commas allowed).

    Raises:
        TrackError: A name is not among its songs, or a song is called like a file of the results.
    """
    tracks = {entry.name: Track(entry.name, entry) for entry in _song_folders(folder)}
    return [tracks[name] for name in select_names(tracks, names)]


def select_names(found: Collection[str], wanted: Sequence[str] | None) -> list[str]:
    """Take the wanted names of songs, in the order in which they were found; all where none are named.

    Raises:
        TrackError: A wanted name is not among those found, or a song is called like a file of the results.
    """
    for name in found:
        if _RESERVED.fullmatch(name):
            raise TrackError(f"A song may not be called like a file of the results. Got '{name}'. Rename it.")
    for name in wanted or ():
        if name not in found:
            raise TrackError(_unknown_name_message(name, found))
    return [name for name in found if wanted is None or name in set(wanted)]


def one_at_a_time(tracks: Iterable[Track]) -> Iterator[Track]:
    """Yield songs, each of them closed before the next one comes."""
    for track in tracks:
        with closing(track):
            yield track


def copy_mixtures(tracks: Iterable[Track], copies: Path) -> None:
    """Copy the mixtures to `<copies>/<name>/`: a link to the user's file could be written through."""
    for track in tracks:
        (copies / track.name).mkdir()
        track.copy_mixture(copies / track.name / f"{MIXTURE}.wav")


def offer_tracks(tracks: Iterable[Track], copies: Path, folder: Path) -> None:
    """Make links `<folder>/<name>` to the copies of these songs: mixtures only, which is all that a grader shows."""
    folder.mkdir()
    for track in tracks:
        (folder / track.name).symlink_to(copies / track.name, target_is_directory=True)


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
