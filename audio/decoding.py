"""Decode any audio file to float32 arrays: libsndfile first, FFmpeg's libraries (through PyAV) for the rest.

libsndfile reads WAV, FLAC, OGG and MP3. MP4 containers (m4a, mp4, stem.mp4) need PyAV, whose wheels hold FFmpeg's
libraries, so no ffmpeg program has to be installed. A stem.mp4 (Native Instruments' stem format, as MUSDB18 uses it)
holds five stereo streams: mixture, drums, bass, other, vocals.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from audio.errors import AudioError
from audio.riff import check_whole_wav

LFS_POINTER_START = b"version https://git-lfs"
MISSING_TOLERANCE_SECONDS = 0.2
"""Encoders pad and trim a few frames; what is missing beyond this was cut off."""


def check_audio_file(path: Path) -> None:
    """Refuse what is certainly no audio file: missing, a folder, empty, or a Git LFS pointer.

    Raises:
        AudioError: With the reason and the next step.
    """
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
        AudioError: The file is no audio file that libsndfile or FFmpeg's libraries know, or a WAV that is cut off.
    """
    check_audio_file(path)
    check_whole_wav(path)
    try:
        samples, sample_rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as sndfile_error:
        try:
            return decode_streams(path, max_streams=1)[0]
        except AudioError as container_error:
            raise container_error from sndfile_error
    return samples, sample_rate


def decode_streams(path: Path, *, max_streams: int | None = None) -> list[tuple[np.ndarray, int]]:
    """Decode the audio streams of a container such as stem.mp4, in their order in the file.

    Returns:
        For each stream the samples, float32, shape (samples, channels), and the sample rate in hertz.

    Raises:
        AudioError: The file is no readable container, or holds no audio stream.
    """
    check_audio_file(path)
    # PyAV costs 0.1 s to import and only containers need it.
    import av

    try:
        with av.open(str(path)) as container:
            count = len(container.streams.audio)
    except av.FFmpegError as error:
        raise AudioError(
            f"The audio file must be WAV, FLAC, OGG, MP3, M4A, MP4 or another format that FFmpeg's libraries read. "
            f"Got '{path}' ({error.strerror or error}). Convert it or copy it again."
        ) from error
    if count == 0:
        raise AudioError(f"The audio file must hold an audio stream. Got '{path}' without one. Name another file.")
    try:
        return [_decode_stream(path, index) for index in range(count)[:max_streams]]
    except av.FFmpegError as error:
        raise AudioError(
            f"The audio file must be whole. Got '{path}', which breaks off or is damaged ({error.strerror or error}). "
            "Copy it again."
        ) from error


def _decode_stream(path: Path, index: int) -> tuple[np.ndarray, int]:
    """Decode one audio stream; opened anew for each, since a demuxer can be read only once."""
    import av

    with av.open(str(path)) as container:
        stream = container.streams.audio[index]
        to_float = av.AudioResampler(format="fltp")
        blocks = [
            converted.to_ndarray() for frame in container.decode(stream) for converted in to_float.resample(frame)
        ]
        blocks += [converted.to_ndarray() for converted in to_float.resample(None)]
        channels = stream.codec_context.channels
        sample_rate = stream.codec_context.sample_rate
        stated_seconds = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
    samples = np.concatenate(blocks, axis=1) if blocks else np.zeros((channels, 0), dtype=np.float32)
    decoded_seconds = samples.shape[1] / sample_rate
    if decoded_seconds < stated_seconds - MISSING_TOLERANCE_SECONDS:
        raise AudioError(
            f"The audio file must be whole. Got '{path}', which states {stated_seconds:.1f} s and holds "
            f"{decoded_seconds:.1f} s. Copy it again."
        )
    return np.ascontiguousarray(samples.T, dtype=np.float32), sample_rate
