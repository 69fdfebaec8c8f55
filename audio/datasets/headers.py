"""Rate and length of a stem from its header, so that a dataset opens without decoding a song."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path

import soundfile

from audio.datasets.tracks import StemFile
from audio.decoding import check_audio_file
from audio.errors import AudioError
from audio.riff import check_whole_wav

UNKNOWN_SAMPLES = 2**63 - 1
"""What libsndfile says of a FLAC file without a length, as encoders write that stream to a pipe."""


@dataclass(frozen=True)
class Header:
    """What a file says of itself."""

    sample_rate: int
    """In hertz."""
    samples: int
    """Length; of a container the stated one, which may be off by an encoder's padding."""
    channels: int
    """How many."""
    seekable: bool
    """Whether libsndfile reads it from any place."""


def read_header(file: StemFile) -> Header:
    """Read a header; of a copy in the cache nothing is read here.

    Raises:
        AudioError: The file is missing, a Git LFS pointer, cut off, without samples or a length, or no audio.
    """
    check_audio_file(file.path)
    check_whole_wav(file.path)
    try:
        info = soundfile.info(file.path)
    except soundfile.LibsndfileError as reason:
        try:
            header = _container_header(file)
        except AudioError as error:
            raise error from reason
    else:
        header = Header(int(info.samplerate), int(info.frames), int(info.channels), seekable=True)
    if header.samples == UNKNOWN_SAMPLES:
        raise AudioError(f"The audio file must state its length. Got '{file.path}', which does not. Encode it again.")
    if header.samples == 0:
        raise AudioError(f"The audio file must hold samples. Got '{file.path}' with none. Copy it again.")
    return header


def file_key(file: StemFile) -> tuple[str, str]:
    """Return a key of a stem's place, and one of the state of its file: equal keys, equal sound.

    The place does not tell where the dataset lies, so it may be moved as a whole.

    Raises:
        OSError: The file is missing.
    """
    state = file.path.stat()
    place = (file.place or file.path.absolute().as_posix(), str(file.stream))
    return _digest(place), _digest((str(state.st_size), str(state.st_mtime_ns)))


def _digest(facts: tuple[str, ...]) -> str:
    return hashlib.sha256(repr(facts).encode(errors="surrogateescape")).hexdigest()[:12]


def _container_header(file: StemFile) -> Header:
    headers = _container_headers(file.path, file.path.stat().st_mtime_ns)
    if file.stream >= len(headers):
        raise AudioError(
            f"The container must hold the audio stream {file.stream}, counted from 0. Got '{file.path}' with "
            f"{len(headers)} streams. Copy it again, or remove it."
        )
    return headers[file.stream]


@functools.lru_cache(maxsize=1)
def _container_headers(path: Path, changed_ns: int) -> tuple[Header, ...]:
    """Read the headers of all streams at once: the stems of a track follow one another in one container."""
    # PyAV costs 0.1 s to import and only containers need it.
    import av

    try:
        with av.open(str(path)) as container:
            container_seconds = container.duration / av.time_base if container.duration else 0.0
            headers = []
            for stream in container.streams.audio:
                known = stream.duration is not None and stream.time_base is not None
                seconds = float(stream.duration * stream.time_base) if known else container_seconds
                codec = stream.codec_context
                samples = round(seconds * codec.sample_rate)
                headers.append(Header(int(codec.sample_rate), samples, int(codec.channels), seekable=False))
    except av.FFmpegError as error:
        raise AudioError(
            f"The audio file must be whole and of a format that FFmpeg's libraries read. Got '{path}' "
            f"({error.strerror or error}). Copy it again."
        ) from error
    return tuple(headers)
