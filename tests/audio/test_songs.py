"""Opening songs of any format at any rate for reading piece by piece."""

import shutil

import pytest
import torch

from audio import SAMPLE_RATE, AudioError, read_audio, resample, write_audio
from audio.sample_tracks import find_packaged_song
from audio.sequential import SequentialSource
from audio.songs import at_rate, open_song
from audio.sources import FileSource, TensorSource


def noise(samples=20_011):
    return torch.rand(2, samples, generator=torch.Generator().manual_seed(0)) - 0.5


def test_a_container_gives_what_reading_it_whole_gives():
    whole = read_audio(find_packaged_song())
    with open_song(find_packaged_song()) as song:
        assert isinstance(song, SequentialSource)
        assert (song.samples, song.sample_rate) == (whole.samples.shape[-1], whole.sample_rate)
        assert torch.equal(song.read(1_000, 30_000), whole.samples[:, 1_000:30_000])
        assert torch.equal(song.read(0, song.samples), whole.samples)


def test_a_wav_is_read_at_any_place(tmp_path):
    write_audio(tmp_path / "song.wav", noise(), SAMPLE_RATE)
    with open_song(tmp_path / "song.wav") as song:
        assert isinstance(song, FileSource)
        assert torch.equal(song.read(5, 10), noise()[:, 5:10])


def test_a_container_that_breaks_off_is_refused_at_once(tmp_path):
    path = tmp_path / "song.stem.mp4"
    shutil.copy(find_packaged_song(), path)
    path.write_bytes(path.read_bytes()[:200_000])
    with pytest.raises(AudioError, match="song.stem.mp4"), open_song(path):
        pass


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000])
def test_another_rate_gives_what_resampling_the_whole_gives(rate):
    expected = resample(noise(), rate, SAMPLE_RATE)
    with at_rate(TensorSource(noise(), rate), SAMPLE_RATE) as song:
        assert (song.samples, song.sample_rate) == (expected.shape[-1], SAMPLE_RATE)
        assert torch.equal(song.read(100, 200), expected[:, 100:200])
        assert torch.equal(song.read(0, song.samples), expected)


def test_the_same_rate_gives_the_song_itself():
    source = TensorSource(noise(), SAMPLE_RATE)
    with at_rate(source, SAMPLE_RATE) as song:
        assert song is source
