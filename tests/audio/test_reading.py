import logging

import numpy as np
import pytest
import soundfile
import torch

from audio import SAMPLE_RATE, AudioError, as_stereo, read_audio
from audio.decoding import decode_streams
from audio.sample_tracks import find_packaged_song


@pytest.fixture
def write(tmp_path):
    def write(samples, rate=SAMPLE_RATE, name="song.wav", **options):
        soundfile.write(tmp_path / name, samples, rate, **options)
        return tmp_path / name

    return write


def noise(samples, channels=2, seed=0):
    return np.random.default_rng(seed).uniform(-0.9, 0.9, (samples, channels)).astype(np.float32)


@pytest.mark.parametrize(
    ("name", "subtype", "step"),
    [
        ("song.wav", "FLOAT", 0.0),
        ("song.wav", "PCM_16", 2**-15),
        ("song.wav", "PCM_24", 2**-23),
        ("song.flac", "PCM_16", 2**-15),
    ],
)
def test_samples_survive_writing_and_reading_to_one_step_of_the_encoding(write, name, subtype, step):
    samples = noise(1000)
    audio = read_audio(write(samples, name=name, subtype=subtype))
    assert audio.samples.shape == (2, 1000)
    assert audio.samples.dtype == torch.float32
    assert np.abs(audio.samples.numpy().T - samples).max() <= step


@pytest.mark.parametrize("name", ["song.ogg", "song.mp3"])
def test_lossy_formats_of_libsndfile_are_read(write, name):
    tone = np.sin(2 * np.pi * 440 * np.arange(SAMPLE_RATE) / SAMPLE_RATE) * 0.5
    audio = read_audio(write(np.stack([tone, tone], axis=1), name=name))
    middle = audio.samples[0, 10_000:30_000]
    assert middle.square().mean().sqrt() == pytest.approx(0.5 / np.sqrt(2), rel=0.02)


def test_the_streams_of_a_stem_mp4_are_decoded_without_an_ffmpeg_program():
    streams = decode_streams(find_packaged_song())
    assert len(streams) == 5
    lengths = {samples.shape for samples, rate in streams}
    assert len(lengths) == 1
    assert {rate for _, rate in streams} == {SAMPLE_RATE}
    mixture, *stems = (samples for samples, _ in streams)
    residual = mixture - sum(stems)
    assert 10 * np.log10(np.sum(residual**2) / np.sum(mixture**2)) < -10


def test_a_stem_mp4_is_read_as_its_mixture():
    expected, _ = decode_streams(find_packaged_song(), max_streams=1)[0]
    assert torch.equal(read_audio(find_packaged_song()).samples, torch.from_numpy(expected.T.copy()))


def test_mono_becomes_two_equal_channels(write):
    audio = read_audio(write(noise(100, channels=1)))
    assert audio.samples.shape == (2, 100)
    assert torch.equal(audio.samples[0], audio.samples[1])


def test_more_than_two_channels_are_refused(write):
    with pytest.raises(AudioError, match=r"song.wav' must be mono or stereo.*Got shape \(10, 6\)"):
        read_audio(write(noise(10, channels=6)))


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000, 96_000])
def test_the_sample_rate_of_the_file_is_kept(write, rate):
    audio = read_audio(write(noise(rate // 10), rate))
    assert audio.sample_rate == rate
    assert audio.duration_seconds == pytest.approx(0.1)


def test_one_sample_is_enough(write):
    assert read_audio(write(noise(1))).samples.shape == (2, 1)


def test_no_sample_is_refused(write):
    with pytest.raises(AudioError, match="must hold at least one sample"):
        read_audio(write(np.zeros((0, 2))))


def test_nan_and_infinite_samples_are_read_as_zero_with_a_warning(write, caplog):
    samples = noise(100)
    samples[3, 0], samples[7, 1] = np.nan, -np.inf
    with caplog.at_level(logging.WARNING):
        audio = read_audio(write(samples, subtype="FLOAT"))
    assert audio.samples[0, 3] == audio.samples[1, 7] == 0
    assert torch.isfinite(audio.samples).all()
    assert audio.samples[0, 4] == samples[4, 0]
    assert "holds 2 samples that are NaN or infinite" in caplog.text


def test_clipped_dc_and_silent_files_are_read_unchanged(write):
    for value in (0.0, 0.5, 1.0, 40.0):
        samples = np.full((50, 2), value, dtype=np.float32)
        assert torch.equal(read_audio(write(samples, subtype="FLOAT")).samples, torch.full((2, 50), value))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "with 0 bytes"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "git lfs pull"),
        (b"this is no audio at all, only words", "must be WAV, FLAC"),
        (b"RIFF\x10\x00\x00\x00WAVE", "must be WAV, FLAC"),
    ],
)
def test_files_that_are_no_audio_are_refused_with_the_reason(tmp_path, content, told):
    path = tmp_path / "song.wav"
    path.write_bytes(content)
    with pytest.raises(AudioError, match=told) as raised:
        read_audio(path)
    assert str(path) in str(raised.value)


def test_a_container_that_breaks_off_is_refused(tmp_path):
    whole = find_packaged_song().read_bytes()
    path = tmp_path / "song.mp4"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(AudioError, match=r"song.mp4', which states 6.\d s and holds \d.\d s. Copy it again"):
        read_audio(path)


def test_missing_files_and_folders_are_refused(tmp_path):
    with pytest.raises(AudioError, match="must exist"):
        read_audio(tmp_path / "nothing.wav")
    with pytest.raises(AudioError, match="a folder"):
        read_audio(tmp_path)


def test_converting_an_array_copies_it():
    samples = noise(10)
    stereo = as_stereo(samples, subject="The song")
    stereo += 1
    assert np.array_equal(samples, noise(10))
