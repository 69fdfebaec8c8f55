"""Written files: encodings, rounding, clipping, and nothing half-written."""

import pytest
import soundfile
import torch

from audio import AudioError, read_audio, write_audio
from audio.writing import AudioWriter


def test_float_keeps_samples_beyond_full_scale(tmp_path):
    samples = torch.tensor([[0.5, 2.0, -3.0]] * 2)
    assert write_audio(tmp_path / "a.wav", samples, 44_100, "FLOAT") == 0
    assert torch.equal(read_audio(tmp_path / "a.wav").samples, samples)


@pytest.mark.parametrize(("encoding", "step"), [("PCM_16", 2**-15), ("PCM_24", 2**-23)])
def test_integers_clip_to_full_scale_and_count_it(tmp_path, encoding, step):
    samples = torch.tensor([[0.5, 2.0, -3.0], [1.0, -1.0, 0.0]])
    assert write_audio(tmp_path / "a.wav", samples, 44_100, encoding) == 2
    expected = torch.tensor([[0.5, 1.0, -1.0], [1.0, -1.0, 0.0]])
    assert (read_audio(tmp_path / "a.wav").samples - expected).abs().max() <= step


@pytest.mark.parametrize("container", ["wav", "flac"])
@pytest.mark.parametrize(("encoding", "step"), [("PCM_16", 2**-15), ("PCM_24", 2**-23)])
def test_integers_are_rounded_to_the_nearest_step_without_bias(tmp_path, container, encoding, step):
    samples = 0.9 * (2 * torch.rand(2, 50_000, generator=torch.Generator().manual_seed(0)) - 1)
    path = tmp_path / f"a.{container}"
    write_audio(path, samples, 44_100, encoding)
    error = (read_audio(path).samples - samples).double()
    assert error.abs().max() <= 0.51 * step
    assert error.mean().abs() < 0.01 * step


def test_what_is_below_half_a_step_is_written_as_exact_silence(tmp_path):
    write_audio(tmp_path / "a.wav", torch.tensor([[1e-5, -1e-5, -2e-5]] * 2), 44_100, "PCM_16")
    assert read_audio(tmp_path / "a.wav").samples[0].tolist() == [0.0, 0.0, -(2**-15)]


@pytest.mark.parametrize("container", ["wav", "flac"])
@pytest.mark.parametrize("encoding", ["PCM_16", "PCM_24"])
def test_the_file_has_the_asked_container_encoding_rate_and_length(tmp_path, container, encoding):
    path = tmp_path / f"a.{container}"
    write_audio(path, torch.zeros(2, 123), 48_000, encoding)
    info = soundfile.info(path)
    assert (info.format, info.subtype, info.samplerate, info.frames, info.channels) == (
        container.upper(),
        encoding,
        48_000,
        123,
        2,
    )


def test_samples_that_are_not_finite_are_refused_and_the_older_file_stays(tmp_path):
    path = tmp_path / "a.wav"
    write_audio(path, torch.ones(2, 3), 44_100)
    with pytest.raises(AudioError, match="must be finite"):
        write_audio(path, torch.full((2, 3), torch.nan), 44_100)
    assert torch.equal(read_audio(path).samples, torch.ones(2, 3))
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.wav"]


@pytest.mark.parametrize(
    ("name", "encoding", "told"),
    [
        ("a.mp3", "FLOAT", "must be one of .wav, .flac. Got 'a.mp3'"),
        ("a.flac", "FLOAT", "FLAC file must be one of PCM_16, PCM_24. Got 'FLOAT'"),
        ("a.wav", "PCM_8", "Got 'PCM_8'"),
    ],
)
def test_what_a_container_cannot_hold_is_refused(tmp_path, name, encoding, told):
    with pytest.raises(AudioError, match=told):
        write_audio(tmp_path / name, torch.zeros(2, 3), 44_100, encoding)
    assert not list(tmp_path.iterdir())


def test_one_dimension_is_refused(tmp_path):
    with pytest.raises(AudioError, match=r"must have the shape \(channels, samples\). Got \(3,\)"):
        write_audio(tmp_path / "a.wav", torch.zeros(3), 44_100)


def test_a_file_where_the_folder_should_be_is_an_os_error(tmp_path):
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(OSError, match="out"):
        write_audio(tmp_path / "out" / "a.wav", torch.zeros(2, 3), 44_100)


def test_a_full_disk_leaves_the_older_file_and_no_part(tmp_path, mount_small_disk):
    mount_small_disk(tmp_path / "disk")
    path = tmp_path / "disk" / "a.wav"
    write_audio(path, torch.ones(2, 10), 44_100)
    with pytest.raises(OSError, match=r"could not be written.*free space"):
        write_audio(path, torch.zeros(2, 200_000), 44_100)
    assert torch.equal(read_audio(path).samples, torch.ones(2, 10))
    assert [entry.name for entry in path.parent.iterdir()] == ["a.wav"]


def test_a_wav_beyond_four_gigabytes_gets_a_header_that_can_say_so(tmp_path):
    with AudioWriter(tmp_path / "long.wav", 44_100, "FLOAT", expected_samples=2**30) as writer:
        writer.write(torch.full((2, 100), 0.5))
    assert soundfile.info(tmp_path / "long.wav").format == "RF64"
    assert torch.equal(read_audio(tmp_path / "long.wav").samples, torch.full((2, 100), 0.5))
    with AudioWriter(tmp_path / "short.wav", 44_100, "FLOAT", expected_samples=2**20) as writer:
        writer.write(torch.full((2, 100), 0.5))
    assert soundfile.info(tmp_path / "short.wav").format == "WAV"
