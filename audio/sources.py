"""Songs that are read piece by piece: from memory, or from a file without ever holding it whole.

The engine reads chunks at any place, also before the start and after the end, where a song is silent.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import soundfile
import torch
from torch import Tensor

from audio.decoding import check_audio_file
from audio.errors import AudioError
from audio.reading import as_stereo

BLOCK_SAMPLES = 1 << 20


class SongSource(Protocol):
    """A song that can be read at any place."""

    @property
    def samples(self) -> int:
        """Length of the song."""
        ...

    @property
    def sample_rate(self) -> int:
        """In hertz."""
        ...

    def read(self, start: int, stop: int) -> Tensor:
        """Return the samples [start, stop), shape (2, stop - start), float32, zero outside the song."""
        ...


class TensorSource:
    """A song in memory."""

    def __init__(self, mixture: Tensor, sample_rate: int) -> None:
        self._mixture = mixture
        self.samples = mixture.shape[-1]
        self.sample_rate = sample_rate

    def read(self, start: int, stop: int) -> Tensor:
        """Return the samples [start, stop), zero outside the song."""
        first, last = max(start, 0), min(stop, self.samples)
        if last <= first:
            return torch.zeros(2, stop - start)
        return torch.nn.functional.pad(self._mixture[:, first:last], (first - start, stop - last))


class FileSource:
    """A song in a file that libsndfile can read from any place."""

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            AudioError: The file is missing, unreadable, empty, or has more than two channels.
        """
        check_audio_file(path)
        try:
            self._file = soundfile.SoundFile(path)
        except soundfile.LibsndfileError as error:
            raise AudioError(
                f"The song must be WAV, FLAC, OGG or MP3 to be read piece by piece. Got '{path}' "
                f"({error.error_string}). Convert it."
            ) from error
        self._path = path
        self.samples = int(self._file.frames)
        self.sample_rate = int(self._file.samplerate)
        if self.samples == 0 or self._file.channels not in (1, 2):
            raise AudioError(
                f"The song must be mono or stereo and hold samples. Got '{path}' with {self._file.channels} channels "
                f"and {self.samples} samples."
            )

    def read(self, start: int, stop: int) -> Tensor:
        """Return the samples [start, stop), zero outside the song.

        Raises:
            AudioError: The file breaks off or is damaged here.
        """
        first, last = max(start, 0), min(stop, self.samples)
        if last <= first:
            return torch.zeros(2, stop - start)
        try:
            self._file.seek(first)
            block = self._file.read(last - first, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise AudioError(f"The song '{self._path}' is damaged ({error.error_string}). Copy it again.") from error
        inside = as_stereo(block, subject=f"The song '{self._path}'")
        return torch.nn.functional.pad(inside, (first - start, stop - first - inside.shape[-1]))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> FileSource:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
