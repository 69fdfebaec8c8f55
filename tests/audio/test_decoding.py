"""Decoders: which library reads a file, and what is refused."""

import os

import numpy as np
import pytest
import soundfile

from audio import SAMPLE_RATE, AudioError
from audio.decoding import check_audio_file, decode, decode_streams
from audio.sample_tracks import find_packaged_song


def test_samples_are_frames_by_channels_in_float32(tmp_path):
    sound = np.linspace(-0.5, 0.5, 30, dtype=np.float32).reshape(10, 3)
    soundfile.write(tmp_path / "song.wav", sound, 8_000, subtype="FLOAT")
    samples, sample_rate = decode(tmp_path / "song.wav")
    assert np.array_equal(samples, sound)
    assert samples.dtype == np.float32
    assert sample_rate == 8_000


def test_the_number_of_streams_can_be_limited():
    (only,) = decode_streams(find_packaged_song(), max_streams=1)
    assert np.array_equal(only[0], decode(find_packaged_song())[0])


def test_a_flac_that_breaks_off_is_refused(tmp_path):
    path = tmp_path / "song.flac"
    soundfile.write(path, np.random.default_rng(0).uniform(-0.5, 0.5, (SAMPLE_RATE, 2)), SAMPLE_RATE)
    path.write_bytes(path.read_bytes()[:50_000])
    with pytest.raises(AudioError, match=r"must be whole. Got '.*song.flac'"):
        decode(path)


def test_a_container_without_sound_is_refused(tmp_path):
    path = tmp_path / "words.srt"
    path.write_text("1\n00:00:00,000 --> 00:00:01,000\nno sound\n")
    with pytest.raises(AudioError, match=r"must hold an audio stream. Got '.*words.srt' without one"):
        decode_streams(path)


def test_a_pipe_is_refused_before_it_is_read(tmp_path):
    os.mkfifo(tmp_path / "song.wav")
    with pytest.raises(AudioError, match="a pipe or device"):
        check_audio_file(tmp_path / "song.wav")
