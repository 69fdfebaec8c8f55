"""Write audio whole or not at all, with a stated clipping policy.

Integer encodings hold [-1, 1) only, so samples outside are clipped to it (never wrapped, never rescaled: a rescaled
stem no longer sums to the mixture) and counted. FLOAT keeps every sample as it is.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import soundfile
import torch
from torch import Tensor

from audio.atomic import atomic_path
from audio.errors import AudioError

Encoding = Literal["PCM_16", "PCM_24", "FLOAT"]
ENCODINGS: tuple[str, ...] = get_args(Encoding)
_INTEGERS: dict[str, tuple[int, type[np.signedinteger]]] = {"PCM_16": (16, np.int16), "PCM_24": (24, np.int32)}
_SAMPLE_BYTES = {"PCM_16": 2, "PCM_24": 3, "FLOAT": 4}
_MOST_CHANNELS = 2
_MOST_WAV_BYTES = 2**32 - 2**16
_CONTAINERS = {".wav": ("WAV", ENCODINGS), ".flac": ("FLAC", ("PCM_16", "PCM_24"))}


class AudioWriter:
    """Writes one file block by block; it takes its name only when the `with` block ends without an error."""

    def __init__(self, path: Path | str, sample_rate: int, encoding: str = "FLOAT", expected_samples: int = 0) -> None:
        """Check what is asked; nothing is written yet.

        Args:
            path: Target; its folder is created when missing, its suffix names the container (.wav or .flac).
            sample_rate: In hertz.
            encoding: "PCM_16", "PCM_24" or "FLOAT" (WAV only).
            expected_samples: How many will be written at most; a WAV of 4 GB or more is written as RF64, since sizes
                in its header have 32 bits.

        Raises:
            AudioError: Unknown container or encoding.
        """
        self.path = Path(path)
        self.clipped_samples = 0
        self._sample_rate = sample_rate
        self._encoding = encoding
        self._container = container_for(self.path, encoding)
        if self._container == "WAV" and _MOST_CHANNELS * _SAMPLE_BYTES[encoding] * expected_samples > _MOST_WAV_BYTES:
            self._container = "RF64"
        self._file: soundfile.SoundFile | None = None
        self._open_files = ExitStack()

    def __enter__(self) -> AudioWriter:
        self._temporary = self._open_files.enter_context(atomic_path(self.path))
        return self

    def __exit__(self, *error: Any) -> bool | None:
        if self._file is not None:
            self._file.close()
        return self._open_files.__exit__(*error)

    def write(self, samples: Tensor) -> None:
        """Write the next block.

        Args:
            samples: Shape (channels, samples), finite, full scale at 1.

        Raises:
            AudioError: Wrong shape, or samples that are not finite.
            OSError: The file cannot be written; an older file of the same name is left as it was.
        """
        if samples.ndim != 2:
            raise AudioError(
                f"The samples for '{self.path}' must have the shape (channels, samples). Got {tuple(samples.shape)}."
            )
        if not bool(torch.isfinite(samples).all()):
            raise AudioError(
                f"The samples for '{self.path}' must be finite. Got NaN or infinite values. Look at what produced them."
            )
        if self._encoding != "FLOAT":
            self.clipped_samples += int((samples.abs() > 1).sum())
        data = encode_samples(samples.detach().to("cpu", torch.float32), self._encoding)
        try:
            self._open(channels=len(samples)).write(data)
        except soundfile.LibsndfileError as error:
            # libsndfile reports a full disk or a forbidden folder only in words.
            raise OSError(
                f"'{self.path}' could not be written: {error}. Check the folder and the free space."
            ) from error

    def _open(self, channels: int) -> soundfile.SoundFile:
        if self._file is None:
            self._file = soundfile.SoundFile(
                self._temporary, "w", self._sample_rate, channels, subtype=self._encoding, format=self._container
            )
        return self._file


def write_audio(path: Path | str, samples: Tensor, sample_rate: int, encoding: str = "FLOAT") -> int:
    """Write one file whole.

    Args:
        path: As for `AudioWriter`.
        samples: Shape (channels, samples), finite, full scale at 1.
        sample_rate: In hertz.
        encoding: As for `AudioWriter`.

    Returns:
        How many samples were clipped.

    Raises:
        AudioError: Unknown container or encoding, wrong shape, or samples that are not finite.
        OSError: The file cannot be written; an older file of the same name is left as it was.
    """
    with AudioWriter(path, sample_rate, encoding) as writer:
        writer.write(samples)
    return writer.clipped_samples


def encode_samples(samples: Tensor, encoding: str) -> np.ndarray:
    """Turn samples into what libsndfile stores unchanged, shape (samples, channels).

    Integers are rounded here, because libsndfile cuts the lower bits off when it converts: a bias of half a step, which
    in a silent stem is all that the score sees.
    """
    if encoding == "FLOAT":
        return samples.T.numpy()
    bits, dtype = _INTEGERS[encoding]
    full_scale = 2 ** (bits - 1)
    steps = (samples.T.double() * full_scale).round().clamp(-full_scale, full_scale - 1)
    return (steps.numpy() * 2 ** (np.iinfo(dtype).bits - bits)).astype(dtype)


def container_for(path: Path, encoding: str) -> str:
    """Name the container that `path` asks for, after a check that it can hold `encoding`.

    Raises:
        AudioError: Unknown suffix, or an encoding that the container does not have.
    """
    known = _CONTAINERS.get(path.suffix.lower())
    if known is None:
        raise AudioError(f"The suffix of the output must be one of {', '.join(_CONTAINERS)}. Got '{path.name}'.")
    container, encodings = known
    if encoding not in encodings:
        raise AudioError(f"The encoding of a {container} file must be one of {', '.join(encodings)}. Got '{encoding}'.")
    return container
