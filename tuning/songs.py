"""The songs that candidates are scored on: any dataset with the four true stems, or folders of single songs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from audio.datasets import StemFile, open_dataset
from audio.datasets.decoding import decode_stem
from audio.datasets.tracks import VALID, TrackFiles
from audio.reading import as_stereo
from audio.resampling import resample
from audio.stems import MIXTURE, SAMPLE_RATE, STEMS, Stems
from tuning.errors import TuningError


@dataclass(frozen=True)
class TuningSong:
    """A song with its true stems on disk."""

    name: str
    files: Mapping[str, StemFile]
    """The four stems, and the mixture where there is one."""

    def read(self) -> tuple[Tensor, Stems]:
        """Decode the song at 44.1 kHz.

        Returns:
            The mixture, shape (2, samples), and stem name -> true samples of that shape.

        Raises:
            AudioError: A file is unreadable or has more than two channels.
        """
        sounds = {name: _decode(file) for name, file in self.files.items()}
        samples = min(sound.shape[-1] for sound in sounds.values())
        stems = {stem: sounds[stem][:, :samples] for stem in STEMS}
        if MIXTURE in sounds:
            return sounds[MIXTURE][:, :samples], stems
        return torch.stack(list(stems.values())).sum(dim=0), stems

    def fingerprint(self) -> str:
        """Return a hash of the mixture and the stems, by which a study knows its songs.

        Raises:
            AudioError: As `read`.
        """
        mixture, stems = self.read()
        digest = hashlib.sha256()
        for sound in (mixture, *stems.values()):
            digest.update(sound.contiguous().numpy().data)
        return digest.hexdigest()[:16]


def find_songs(folders: Sequence[Path]) -> tuple[TuningSong, ...]:
    """Find the songs of folders: each is one song, or a dataset, of which the validation songs are taken if it has any.

    Raises:
        DatasetError: A folder is neither.
        TuningError: A song lacks a stem, or two have the same name.
    """
    songs = [song for folder in folders for song in _songs_of(folder)]
    names = [song.name for song in songs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise TuningError(f"Each song must be named once. Got '{twice[0]}' twice. Leave one of the folders out.")
    return tuple(songs)


def _songs_of(folder: Path) -> Iterable[TuningSong]:
    if any((folder / f"{stem}.wav").is_file() for stem in STEMS):
        paths = {name: folder / f"{name}.wav" for name in (*STEMS, MIXTURE)}
        yield _whole(folder.resolve().name, {name: StemFile(path) for name, path in paths.items() if path.is_file()})
        return
    tracks: Sequence[TrackFiles] = open_dataset(folder).tracks
    for track in [track for track in tracks if track.split == VALID] or tracks:
        yield _whole(track.name, {name: file for name, file in track.files.items() if name in (*STEMS, MIXTURE)})


def _whole(name: str, files: Mapping[str, StemFile]) -> TuningSong:
    missing = [stem for stem in STEMS if stem not in files]
    if missing:
        raise TuningError(
            f"The song '{name}' must have the true stems {', '.join(STEMS)}. Got it without {', '.join(missing)}. "
            "Leave it out, or use a dataset with all four."
        )
    return TuningSong(name, files)


def _decode(file: StemFile) -> Tensor:
    samples, sample_rate = decode_stem(file)
    return resample(as_stereo(samples, subject=f"The stem '{file.path}'"), sample_rate, SAMPLE_RATE)
