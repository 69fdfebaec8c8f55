"""WAV files that were cut off are refused; open sizes and odd chunks are not."""

import struct

import numpy as np
import pytest
import soundfile

from audio import SAMPLE_RATE, AudioError, read_audio
from audio.riff import check_whole_wav

FRAMES = 5000


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a song in this format."""

    def write(**options):
        samples = np.random.default_rng(0).uniform(-0.5, 0.5, (FRAMES, 2))
        soundfile.write(tmp_path / "song.wav", samples, SAMPLE_RATE, **options)
        return tmp_path / "song.wav"

    return write


def state_size(path, size):
    """Write another size into the header of the sound."""
    content = bytearray(path.read_bytes())
    place = content.index(b"data") + 4
    content[place : place + 4] = struct.pack("<I", size)
    path.write_bytes(content)


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
@pytest.mark.parametrize("form", ["WAV", "WAVEX"])
def test_a_wav_that_breaks_off_is_refused(write, subtype, form):
    path = write(subtype=subtype, format=form)
    assert read_audio(path).samples.shape == (2, FRAMES)
    path.write_bytes(path.read_bytes()[:9000])
    told = r"must be whole. Got '.*song.wav', whose header states \d+ bytes of sound and which holds \d+. Copy it again"
    with pytest.raises(AudioError, match=told):
        read_audio(path)


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFEFFC])
def test_a_size_that_a_streaming_program_left_open_is_no_damage(write, size):
    path = write(subtype="PCM_16")
    state_size(path, size)
    assert check_whole_wav(path) is None


def test_a_missing_padding_byte_is_no_damage(write):
    path = write(subtype="PCM_16")
    path.write_bytes(path.read_bytes()[:-2])
    check_whole_wav(path)
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(AudioError, match="must be whole"):
        check_whole_wav(path)


def test_chunks_around_the_sound_are_passed_over(write):
    content = write(subtype="PCM_16").read_bytes()
    place = content.index(b"data")
    odd = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    path = write()
    path.write_bytes(content[:place] + odd + content[place:] + odd)
    check_whole_wav(path)
    path.write_bytes(content[:place] + odd + content[place:9000])
    with pytest.raises(AudioError, match="must be whole"):
        check_whole_wav(path)


@pytest.mark.parametrize("form", ["RF64", "FLAC", "OGG", "AIFF"])
def test_other_formats_are_left_to_their_decoders(write, form):
    path = write(format=form)
    path.write_bytes(path.read_bytes()[:3000])
    assert check_whole_wav(path) is None


@pytest.mark.parametrize("content", [b"", b"RIFF", b"RIFF\x10\x00\x00\x00WAVE", b"RIFF\x10\x00\x00\x00WAVEfmt "])
def test_a_header_that_breaks_off_is_left_to_the_decoder(tmp_path, content):
    (tmp_path / "song.wav").write_bytes(content)
    assert check_whole_wav(tmp_path / "song.wav") is None
