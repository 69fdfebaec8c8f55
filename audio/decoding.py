"""Decode any audio file to float32 arrays: libsndfile first, FFmpeg's libraries (through PyAV) for the rest.

libsndfile reads WAV, FLAC, OGG and MP3. MP4 containers (m4a, mp4, stem.mp4) need PyAV, whose wheels hold FFmpeg's
libraries, so no ffmpeg program has to be installed. A stem.mp4 (Native Instruments' stem format, as MUSDB18 uses it)
holds five stereo streams: mixture, drums, bass, other, vocals.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from audio.errors import AudioError
from audio.riff import check_whole_wav

LFS_POINTER_START = b"version https://git-lfs"
MISSING_TOLERANCE_SECONDS = 0.2
"""Encoders pad and trim a few frames; what is missing beyond this was cut off."""


def check_audio_file(path: Path) -> None:
    """Refuse what is certainly no audio file: missing, a folder, empty, a Git LFS pointer, a name that is no text.

    Raises:
        AudioError: With the reason and the next step.
    """
    readable = os.fsencode(path).decode(errors="replace")
    if readable != str(path):
        raise AudioError(f"The path of an audio file must be UTF-8. Got '{readable}'. Rename what shows as \ufffd.")
    if path.is_dir():
        raise AudioError(f"The audio file must be a file. Got '{path}', a folder. Name a file in it.")
    if not path.exists():
        raise AudioError(f"The audio file must exist. Got '{path}'. Check the path.")
    if not path.is_file():
        raise AudioError(f"The audio file must be a regular file. Got '{path}', a pipe or device. Name a file.")
    with path.open("rb") as file:
        start = file.read(len(LFS_POINTER_START))
    if not start:
        raise AudioError(f"The audio file must hold audio. Got '{path}' with 0 bytes. Copy or download it again.")
    if start == LFS_POINTER_START:
        raise AudioError(
            f"The audio file must hold audio. Got '{path}', a Git LFS pointer. Run `git lfs pull` to fetch the file."
        )


def decode(path: Path) -> tuple[np.ndarray, int]:
    """Decode the first audio stream of a file.

    Returns:
        The samples, float32, shape (samples, channels), and the sample rate in hertz.

    Raises:
        AudioError: The file is no audio file that libsndfile or FFmpeg's libraries know, or it is damaged or cut off.
    """
    check_audio_file(path)
    check_whole_wav(path)
    try:
        file = soundfile.SoundFile(path)
    except soundfile.LibsndfileError as sndfile_error:
        try:
            return decode_streams(path, max_streams=1)[0]
        except AudioError as container_error:
            raise container_error from sndfile_error
    with file:
        samples = read_samples(file, file.frames)
        check_whole(path, file.frames, len(samples), file.samplerate)
        return samples, int(file.samplerate)


def read_samples(file: soundfile.SoundFile, count: int) -> np.ndarray:
    """Read the next samples of an open file, float32, shape (samples, channels); fewer where the file ends.

    Raises:
        AudioError: The file is damaged here. FFmpeg's libraries would skip what is damaged and shift the rest.
    """
    try:
        return file.read(count, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise AudioError(
            f"The audio file must be whole. Got '{file.name}', which breaks off or is damaged ({error.error_string}). "
            "Copy it again."
        ) from error


def check_whole(path: Path, stated_samples: float, held_samples: int, sample_rate: int) -> None:
    """Refuse a file that holds clearly less than it states.

    Raises:
        AudioError: With both lengths.
    """
    stated_seconds, held_seconds = stated_samples / sample_rate, held_samples / sample_rate
    if held_seconds < stated_seconds - MISSING_TOLERANCE_SECONDS:
        raise AudioError(
            f"The audio file must be whole. Got '{path}', which states {stated_seconds:.1f} s and holds "
            f"{held_seconds:.1f} s. Copy it again."
        )


def decode_streams(path: Path, *, max_streams: int | None = None) -> list[tuple[np.ndarray, int]]:
    """Decode the audio streams of a container such as stem.mp4, in their order in the file.

    Returns:
        For each stream the samples, float32, shape (samples, channels), and the sample rate in hertz.

    Raises:
        AudioError: The file is no readable container, or holds no audio stream.
    """
    rates = stream_rates(path)[:max_streams]
    return [(_decode_stream(path, index), rate) for index, rate in enumerate(rates)]


def stream_rates(path: Path) -> list[int]:
    """Return the sample rate of each audio stream of a container, in hertz.

    Raises:
        AudioError: The file is no readable container, or holds no audio stream.
    """
    check_audio_file(path)
    # PyAV costs 0.1 s to import and only containers need it.
    import av

    try:
        with av.open(str(path)) as container:
            rates = [int(stream.codec_context.sample_rate) for stream in container.streams.audio]
    except av.FFmpegError as error:
        raise AudioError(
            f"The audio file must be WAV, FLAC, OGG, MP3, M4A, MP4 or another format that FFmpeg's libraries read. "
            f"Got '{path}' ({error.strerror or error}). Convert it or copy it again."
        ) from error
    if not rates:
        raise AudioError(f"The audio file must hold an audio stream. Got '{path}' without one. Name another file.")
    return rates


def decode_blocks(path: Path, index: int = 0) -> Iterator[np.ndarray]:
    """Decode an audio stream of a container piece by piece; opened anew, since a demuxer can be read only once.

    Args:
        path: A container that `decode_streams` can read.
        index: Which of its audio streams.

    Yields:
        Samples, float32, shape (samples, channels).

    Raises:
        AudioError: The container is damaged, or holds less than it states.
    """
    import av

    decoded_samples = 0
    with _damage_explained(path), av.open(str(path)) as container:
        stream = container.streams.audio[index]
        to_float = av.AudioResampler(format="fltp")
        for frame in itertools.chain(container.decode(stream), [None]):
            for converted in to_float.resample(frame):
                block = converted.to_ndarray().T
                decoded_samples += len(block)
                yield block
        sample_rate = stream.codec_context.sample_rate
        stated_seconds = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
    check_whole(path, stated_seconds * sample_rate, decoded_samples, sample_rate)


def _decode_stream(path: Path, index: int) -> np.ndarray:
    blocks = list(decode_blocks(path, index))
    return np.concatenate(blocks, dtype=np.float32) if blocks else np.zeros((0, 2), dtype=np.float32)


@contextlib.contextmanager
def _damage_explained(path: Path) -> Iterator[None]:
    import av

    try:
        yield
    except av.FFmpegError as error:
        raise AudioError(
            f"The audio file must be whole. Got '{path}', which breaks off or is damaged ({error.strerror or error}). "
            "Copy it again."
        ) from error
