"""How the datasets of the field lie on disk, and which of these a folder is.

- MUSDB18: `{train,test}/<artist - title>.stem.mp4`, five streams (https://sigsep.github.io/datasets/musdb.html).
- MUSDB18-HQ: `{train,test}/<track>/{mixture,bass,drums,other,vocals}.wav` (same page).
- DSD100: `Mixtures/{Dev,Test}/<track>/mixture.wav`, `Sources/{Dev,Test}/<track>/<stem>.wav` (SiSEC 2016,
  https://sisec.inria.fr/sisec-2016/2016-professionally-produced-music-recordings). Its songs are in MUSDB18 too, under
  another split: a system trained on it must not be scored on MUSDB18's test part.
- CCMixter: `<track>/{mix,source-01,source-02}.wav`; source-01 is the accompaniment, source-02 the voice (Liutkus et
  al., Kernel Additive Models for Source Separation, 2014, https://members.loria.fr/ALiutkus/kam/).
- SDXDB23: `<track>/<stem>.wav` without mixtures, in a folder whose name tells label noise from bleeding (Fabbro et al.,
  The Sound Demixing Challenge 2023, Music Demixing Track, https://arxiv.org/abs/2308.06979).
- Any folder of `<track>/<stem>.wav`, maybe under train, valid and test, where the files are named by their stems.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from audio.datasets.errors import DatasetError
from audio.datasets.tracks import SPLITS, TEST, TRAIN, VALID, StemFile, TrackFiles
from audio.datasets.validation import VALIDATION_TRACKS
from audio.sample_tracks import CONTAINER_STREAMS
from audio.stems import ACCOMPANIMENT, MIXTURE, STEMS

CONTAINER_SUFFIX = ".stem.mp4"
AUDIO_SUFFIXES = frozenset({".wav", ".flac", ".ogg", ".mp3", ".m4a", ".mp4", ".aif", ".aiff"})
DSD100_SOURCES = "Sources"
CCMIXTER_FILES = {"mix": MIXTURE, "source-01": ACCOMPANIMENT, "source-02": "vocals"}


@dataclass(frozen=True)
class Layout:
    """One way in which tracks lie on disk."""

    name: str
    """What `--layout` takes."""
    shape: str
    """The paths that make a folder this one, for messages."""
    matches: Callable[[Path], bool]
    """Whether a folder is this one."""
    find: Callable[[Path], Iterator[TrackFiles]]
    """Finds the tracks, in any order."""
    expected: tuple[str, ...] = ()
    """The stems that every track should have; none when the layout does not say."""


def layout_of(root: Path, name: str | None = None) -> Layout:
    """Find out which layout a folder has.

    Args:
        root: The dataset's folder.
        name: The layout to take it for; by default the first that fits.

    Raises:
        DatasetError: No folder, unknown name, or nothing fits.
    """
    if not root.is_dir():
        raise DatasetError(f"The dataset must be a folder. Got '{root}'. Check the path.")
    if name is not None:
        if name not in LAYOUTS:
            raise DatasetError(f"The layout must be one of {', '.join(LAYOUTS)}. Got '{name}'.")
        return LAYOUTS[name]
    for layout in LAYOUTS.values():
        if layout.matches(root):
            return layout
    shapes = "; ".join(f"{layout.name}: {layout.shape}" for layout in LAYOUTS.values())
    inside = ", ".join(path.name for path in _children(root)[:5]) or "nothing"
    raise DatasetError(
        f"The dataset must have one of these layouts: {shapes}. Got '{root}' with {inside}. "
        "Name the folder that holds these, or the folder one above or below."
    )


def find_tracks(root: Path, layout: Layout) -> list[TrackFiles]:
    """Find the tracks of a folder, sorted by split and name.

    Raises:
        DatasetError: There are none.
    """
    found = (track.within(root) for track in layout.find(root))
    tracks = sorted(found, key=lambda track: (SPLITS.index(track.split), track.name))
    if not tracks:
        raise DatasetError(f"A dataset of the layout {layout.name} must hold {layout.shape}. Got '{root}' with none.")
    return tracks


def has_subsets(root: Path) -> bool:
    """Tell whether a dataset's tracks lie in folders of splits rather than in its own."""
    return any((root / folder).is_dir() for folder in (*SPLITS, DSD100_SOURCES))


def _children(folder: Path) -> list[Path]:
    """What a folder holds, sorted, without hidden files and what macOS adds to archives."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "__MACOSX")))


def _folders(folder: Path) -> list[Path]:
    return [path for path in _children(folder) if path.is_dir()]


def _stem_files(folder: Path) -> dict[str, StemFile]:
    """Name the audio files of a track's folder by their stems, in lower case: Vocals.WAV holds the vocals.

    Raises:
        DatasetError: Two files of one stem.
    """
    files: dict[str, StemFile] = {}
    for path in _children(folder):
        # A link that leads nowhere is a file that cannot be read, not a stem that the track lacks.
        if path.suffix.lower() in AUDIO_SUFFIXES and not path.is_dir():
            stem = path.stem.lower()
            if stem in files:
                raise DatasetError(
                    f"A track must hold one file per stem. Got '{files[stem].path.name}' and '{path.name}' in "
                    f"'{folder}'. Remove one."
                )
            files[stem] = StemFile(path)
    return files


def _readable(name: str) -> str:
    """Return a name that can be printed: bytes that are no UTF-8, as old archives hold them, become question marks."""
    return os.fsencode(name).decode(errors="replace")


def _split_of(folder_name: str, track_name: str) -> str:
    """Name the split of a track; the songs that the field validates with lie among the training songs."""
    return VALID if folder_name == TRAIN and track_name in VALIDATION_TRACKS else folder_name


def _find_containers(root: Path) -> Iterator[TrackFiles]:
    for folder, split in ((root, TRAIN), *((root / split, split) for split in SPLITS)):
        for path in _children(folder):
            if path.name.lower().endswith(CONTAINER_SUFFIX):
                name = _readable(path.name[: -len(CONTAINER_SUFFIX)])
                files = {stem: StemFile(path, stream) for stream, stem in enumerate(CONTAINER_STREAMS)}
                yield TrackFiles(name, _split_of(split, name), files)


def _find_folders(root: Path) -> Iterator[TrackFiles]:
    for parent, split in ((root, TRAIN), *((root / split, split) for split in SPLITS)):
        for folder in _folders(parent):
            files = _stem_files(folder)
            if files:
                yield TrackFiles(_readable(folder.name), _split_of(split, folder.name), files)


def _find_dsd100(root: Path) -> Iterator[TrackFiles]:
    for folder_name, split in (("Dev", TRAIN), ("Test", TEST)):
        for folder in _folders(root / DSD100_SOURCES / folder_name):
            mixture = _stem_files(root / "Mixtures" / folder_name / folder.name)
            yield TrackFiles(_readable(folder.name), split, {**mixture, **_stem_files(folder)})


def _find_ccmixter(root: Path) -> Iterator[TrackFiles]:
    for folder in _folders(root):
        found = _stem_files(folder)
        files = {stem: found[name] for name, stem in CCMIXTER_FILES.items() if name in found}
        if files:
            yield TrackFiles(_readable(folder.name), TRAIN, files)


def _is_ccmixter(root: Path) -> bool:
    return any(len(track.stems) == 2 for track in _find_ccmixter(root))


def _is_sdxdb23(error: str) -> Callable[[Path], bool]:
    """Tell by the name, as the archives (sdxdb23_labelnoise_v1.0_rc1) and their folders (moisesdb23_...) have it."""

    def matches(root: Path) -> bool:
        name = root.resolve().name.lower().replace("_", "").replace("-", "")
        return name.startswith(("sdxdb", "moisesdb23")) and error in name and any(_find_folders(root))

    return matches


def _is_musdb18_hq(root: Path) -> bool:
    """Tell by the stems of most tracks: a file that is missing must not make it another layout."""
    if not (root / TRAIN).is_dir() and not (root / TEST).is_dir():
        return False
    complete = [set(track.files) == {MIXTURE, *STEMS} for track in _find_folders(root)]
    return 2 * sum(complete) > len(complete)


_ALL = (
    Layout(
        "musdb18",
        "{train,test}/<track>.stem.mp4 or <track>.stem.mp4",
        lambda root: any(_find_containers(root)),
        _find_containers,
        (MIXTURE, *STEMS),
    ),
    Layout(
        "dsd100",
        "Mixtures/{Dev,Test}/<track>/mixture.wav and Sources/{Dev,Test}/<track>/<stem>.wav",
        lambda root: any(_find_dsd100(root)),
        _find_dsd100,
        (MIXTURE, *STEMS),
    ),
    Layout(
        "ccmixter",
        "<track>/{mix,source-01,source-02}.wav",
        _is_ccmixter,
        _find_ccmixter,
        (MIXTURE, ACCOMPANIMENT, "vocals"),
    ),
    Layout(
        "sdxdb23-labelnoise",
        "sdxdb23_labelnoise*/<track>/<stem>.wav",
        _is_sdxdb23("labelnoise"),
        _find_folders,
        STEMS,
    ),
    Layout(
        "sdxdb23-bleeding",
        "sdxdb23_bleeding*/<track>/<stem>.wav",
        _is_sdxdb23("bleeding"),
        _find_folders,
        STEMS,
    ),
    Layout(
        "musdb18-hq",
        "{train,test}/<track>/{mixture,bass,drums,other,vocals}.wav",
        _is_musdb18_hq,
        _find_folders,
        (MIXTURE, *STEMS),
    ),
    Layout(
        "folders",
        "<track>/<stem>.wav or {train,valid,test}/<track>/<stem>.wav",
        lambda root: any(_find_folders(root)),
        _find_folders,
    ),
)
LAYOUTS = {layout.name: layout for layout in _ALL}
"""The layouts by name, the more particular ones first."""
