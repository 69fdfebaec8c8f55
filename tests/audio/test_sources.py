"""Reading songs piece by piece from files: every place, damage, and formats in which places are hard to find."""

import numpy as np
import pytest
import soundfile
import torch

from audio import AudioError, read_audio
from audio.songs import open_song
from audio.sources import FileSource

RATE = 44_100
SAMPLES = 6 * RATE


@pytest.fixture(scope="module")
def sound():
    time = np.arange(SAMPLES) / RATE
    noise = np.random.default_rng(0).normal(0, 0.05, (SAMPLES, 2))
    return (0.4 * np.sin(2 * np.pi * 220 * time)[:, None] + noise).astype(np.float32)


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3", "aiff"])
def test_parts_of_every_format_equal_the_whole(tmp_path, sound, suffix):
    path = tmp_path / f"song.{suffix}"
    soundfile.write(path, sound, RATE)
    whole = read_audio(path).samples
    rng = np.random.default_rng(1)
    with open_song(path) as song:
        assert song.samples == whole.shape[-1]
        for start in [0, 200_000, *rng.integers(0, song.samples - 20_000, 12).tolist(), song.samples - 5_000]:
            stop = min(start + 20_000, song.samples)
            assert torch.equal(song.read(start, stop), whole[:, start:stop])


def test_parts_of_a_quiet_mp3_of_changing_bit_rate_equal_the_whole(tmp_path):
    time = np.arange(SAMPLES) / RATE
    sound = 0.3 * np.sin(2 * np.pi * (55 + 8 * np.floor(time)) * time) * (time % 1 < 0.6)
    path = tmp_path / "bass.mp3"
    soundfile.write(path, sound[:, None].repeat(2, axis=1), RATE, bitrate_mode="VARIABLE", compression_level=0.6)
    whole = read_audio(path).samples
    for start in np.random.default_rng(1).integers(0, SAMPLES - 9_000, 40).tolist():
        with FileSource(path) as song:
            assert torch.equal(song.read(start, start + 9_000), whole[:, start : start + 9_000])


def test_outside_the_song_there_is_silence(tmp_path, sound):
    soundfile.write(tmp_path / "song.wav", sound[:100], RATE, subtype="FLOAT")
    with FileSource(tmp_path / "song.wav") as song:
        assert torch.equal(song.read(-5, 105)[:, 5:105], torch.from_numpy(sound[:100].T))
        assert not song.read(-5, 0).any()
        assert not song.read(100, 105).any()


@pytest.mark.parametrize("suffix", ["mp3", "flac"])
def test_a_song_that_breaks_off_is_refused_by_both_readers(tmp_path, sound, suffix):
    path = tmp_path / f"song.{suffix}"
    soundfile.write(path, sound, RATE)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(AudioError, match="must be whole"):
        read_audio(path)
    with open_song(path) as song, pytest.raises(AudioError, match="must be whole"):
        song.read(0, song.samples)


def test_damage_inside_a_flac_is_refused_and_not_skipped(tmp_path, sound):
    path = tmp_path / "song.flac"
    soundfile.write(path, sound, RATE)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 2_000] = bytes(2_000)
    path.write_bytes(content)
    with pytest.raises(AudioError, match="breaks off or is damaged"):
        read_audio(path)


@pytest.mark.parametrize(("shape", "told"), [((100, 3), "3 channels"), ((0, 2), "0 samples")])
def test_empty_songs_and_more_channels_are_refused(tmp_path, shape, told):
    soundfile.write(tmp_path / "song.wav", np.zeros(shape), RATE)
    with pytest.raises(AudioError, match=told):
        FileSource(tmp_path / "song.wav")
