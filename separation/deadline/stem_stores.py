"""Where the stems of a song lie: in WAV files, for a grader that reads files, or in memory, for one that takes arrays.

A store holds whole stems from the first moment on. Parts of them are replaced in place, so that what a process leaves
when it is ended is never half a file: lengths and headers are final before the first replacement.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import soundfile
import torch
from torch import Tensor

from audio.atomic import atomic_path
from audio.sources import SongSource
from audio.stems import STEMS, Stems
from audio.writing import AudioWriter, encode_samples

COPY_SAMPLES = 1 << 20
"""Of the song, at a time."""


class StemStore(Protocol):
    """Whole stems, parts of which can be replaced."""

    def read(self, stem: str, start: int, stop: int) -> Tensor:
        """Return the samples [start, stop) of a stem, shape (2, stop - start)."""
        ...

    def write(self, stem: str, start: int, samples: Tensor) -> None:
        """Replace samples of a stem, shape (2, samples), from `start` on."""
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...


class MemoryStore:
    """Stems in memory."""

    def __init__(self, song: SongSource) -> None:
        """Begin with an equal share of the song in each stem."""
        share = song.read(0, song.samples) / len(STEMS)
        self.stems: Stems = {stem: share.clamp(-1.0, 1.0) for stem in STEMS}

    def read(self, stem: str, start: int, stop: int) -> Tensor:
        """Return samples of a stem."""
        return self.stems[stem][:, start:stop]

    def write(self, stem: str, start: int, samples: Tensor) -> None:
        """Replace samples of a stem."""
        self.stems[stem][:, start : start + samples.shape[-1]] = samples

    def close(self) -> None:
        """Do nothing: memory needs no closing."""


class WavStore:
    """Stems in WAV files."""

    def __init__(self, song: SongSource, folder: Path, encoding: str) -> None:
        """Write an equal share of the song as each stem: once, then as copies.

        Args:
            song: The song.
            folder: Gets `<stem>.wav` for each stem.
            encoding: As for `audio.writing.AudioWriter`.

        Raises:
            AudioError: The song is damaged.
            OSError: A file cannot be written.
        """
        paths = {stem: folder / f"{stem}.wav" for stem in STEMS}
        first, *others = paths.values()
        with AudioWriter(first, song.sample_rate, encoding, song.samples) as writer:
            for start in range(0, song.samples, COPY_SAMPLES):
                share = song.read(start, min(start + COPY_SAMPLES, song.samples)) / len(STEMS)
                writer.write(share.clamp(-1.0, 1.0))
        copy_file(first, others)
        self._encoding = encoding
        self._opened = ExitStack()
        self._files = {
            stem: self._opened.enter_context(soundfile.SoundFile(path, "r+")) for stem, path in paths.items()
        }

    def read(self, stem: str, start: int, stop: int) -> Tensor:
        """Return samples of a stem."""
        file = self._files[stem]
        file.seek(start)
        return torch.from_numpy(file.read(stop - start, dtype="float32", always_2d=True)).T

    def write(self, stem: str, start: int, samples: Tensor) -> None:
        """Replace samples of a stem.

        Raises:
            OSError: The file cannot be written.
        """
        file = self._files[stem]
        try:
            file.seek(start)
            file.write(encode_samples(samples, self._encoding))
        except soundfile.LibsndfileError as error:
            raise OSError(f"The stem '{stem}' in '{file.name}' could not be replaced: {error}.") from error

    def close(self) -> None:
        """Close the files."""
        self._opened.close()


def copy_file(source: Path, targets: Sequence[Path]) -> None:
    """Copy a file, each copy whole or not at all.

    Raises:
        OSError: A file cannot be written.
    """
    for target in targets:
        with atomic_path(target) as temporary:
            shutil.copyfile(source, temporary)
