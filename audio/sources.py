"""Songs that are read piece by piece: from memory, or from a file without ever holding it whole.

The engine reads chunks at any place, also before the start and after the end, where a song is silent.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import soundfile
import torch
from torch import Tensor

from audio.decoding import check_audio_file, check_whole, read_samples
from audio.errors import AudioError
from audio.reading import as_stereo

BLOCK_SAMPLES = 1 << 20
MP3_RUN_UP_SAMPLES = 1 << 14
"""A quiet MP3 frame takes bits from up to ten frames of 1152 samples before it; libsndfile starts with five of them."""


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
    """A song in a file that libsndfile can read from any place, to the sample."""

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            AudioError: The file is missing, unreadable, empty, or has more than two channels.
        """
        check_audio_file(path)
        self._file = open_sound_file(path)
        self._path = path
        self._run_up_samples = MP3_RUN_UP_SAMPLES if self._file.format == "MP3" else 0
        self.samples = int(self._file.frames)
        self.sample_rate = int(self._file.samplerate)

    def read(self, start: int, stop: int) -> Tensor:
        """Return the samples [start, stop), zero outside the song.

        Raises:
            AudioError: The file breaks off or is damaged here.
        """
        first, last = max(start, 0), min(stop, self.samples)
        if last <= first:
            return torch.zeros(2, stop - start)
        begin = max(0, first - self._run_up_samples)
        self._file.seek(begin)
        block = read_samples(self._file, last - begin)[first - begin :]
        check_whole(self._path, last, first + len(block), self.sample_rate)
        inside = as_stereo(block, subject=f"The audio file '{self._path}'") if len(block) else torch.zeros(2, 0)
        return torch.nn.functional.pad(inside, (first - start, stop - first - inside.shape[-1]))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> FileSource:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def open_sound_file(path: Path) -> soundfile.SoundFile:
    """Open a file that libsndfile reads.

    Raises:
        AudioError: It does not read it, or the file is empty or has more than two channels.
    """
    try:
        file = soundfile.SoundFile(path)
    except soundfile.LibsndfileError as error:
        raise AudioError(
            f"The song must be WAV, FLAC, OGG or MP3 to be read piece by piece. Got '{path}' ({error.error_string}). "
            "Convert it."
        ) from error
    if file.frames == 0 or file.channels not in (1, 2):
        file.close()
        raise AudioError(
            f"The song must be mono or stereo and hold samples. Got '{path}' with {file.channels} channels "
            f"and {file.frames} samples. Mix it down to two channels, or name another file."
        )
    return file
