"""Open any song for reading piece by piece, at the rate that is wanted."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import soundfile
from torch import Tensor

from audio.decoding import check_audio_file, check_whole, decode_blocks, read_samples, stream_rates
from audio.errors import AudioError
from audio.reading import as_stereo
from audio.resampling import resample_blocks
from audio.riff import check_whole_wav
from audio.sequential import SequentialSource
from audio.sources import BLOCK_SAMPLES, FileSource, SongSource, open_sound_file


@contextmanager
def open_song(path: Path) -> Iterator[SongSource]:
    """Open a song of any format that `audio.read_audio` reads, without ever holding it whole.

    WAV, FLAC and MP3 are read at any place. Others are decoded from their beginning: Ogg Vorbis because libsndfile does
    not find places in it to the sample, containers once beforehand as well, to learn their length.

    Raises:
        AudioError: As `audio.read_audio`.
    """
    check_audio_file(path)
    check_whole_wav(path)
    try:
        info = soundfile.info(path)
    except soundfile.LibsndfileError as error:
        source: FileSource | SequentialSource = _open_container(path, error)
    else:
        source = _open_vorbis(path) if info.subtype == "VORBIS" else FileSource(path)
    try:
        yield source
    finally:
        source.close()


@contextmanager
def at_rate(source: SongSource, sample_rate: int) -> Iterator[SongSource]:
    """Give a song at another sample rate.

    Args:
        source: The song.
        sample_rate: In hertz; the song's own gives the song itself.
    """
    if source.sample_rate == sample_rate:
        yield source
        return
    samples = max(1, round(source.samples * sample_rate / source.sample_rate))

    def blocks() -> Generator[Tensor, None, None]:
        yield from resample_blocks(_blocks_of(source), source.sample_rate, sample_rate, samples)

    resampled = SequentialSource(blocks, samples, sample_rate)
    try:
        yield resampled
    finally:
        resampled.close()


def _blocks_of(source: SongSource) -> Iterator[Tensor]:
    for start in range(0, source.samples, BLOCK_SAMPLES):
        yield source.read(start, min(start + BLOCK_SAMPLES, source.samples))


def _open_vorbis(path: Path) -> SequentialSource:
    with open_sound_file(path) as file:
        samples, sample_rate = int(file.frames), int(file.samplerate)

    def blocks() -> Generator[Tensor, None, None]:
        with open_sound_file(path) as opened:
            position = 0
            while len(block := read_samples(opened, BLOCK_SAMPLES)):
                position += len(block)
                yield as_stereo(block, subject=f"The audio file '{path}'")
        check_whole(path, samples, position, sample_rate)

    return SequentialSource(blocks, samples, sample_rate)


def _open_container(path: Path, reason: Exception) -> SequentialSource:
    subject = f"The audio file '{path}'"

    def blocks() -> Generator[Tensor, None, None]:
        for block in decode_blocks(path):
            if len(block):
                yield as_stereo(block, subject=subject)

    try:
        sample_rate = stream_rates(path)[0]
        samples = sum(block.shape[-1] for block in blocks())
    except AudioError as error:
        raise error from reason
    if samples == 0:
        raise AudioError(f"{subject} must hold at least one sample. Got none. Name another file.")
    return SequentialSource(blocks, samples, sample_rate)
