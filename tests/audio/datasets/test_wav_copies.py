"""WAV copies of a track's files: exact, of one length, made when asked for."""

from dataclasses import replace

import pytest
import soundfile
import torch

from audio import MIXTURE, SAMPLE_RATE, AudioError, read_audio
from audio.datasets import StemFile, Track, open_dataset
from audio.datasets.wav_copies import WavCopies, write_wav
from audio.decoding import decode_streams
from audio.sample_tracks import CONTAINER_STREAMS, find_packaged_song
from tests.audio.datasets.dataset_writers import make_sounds, write_container


def test_a_copy_holds_what_the_decoder_gives_beyond_full_scale_too(tmp_path):
    song = find_packaged_song()
    streams = decode_streams(song)
    files = {stem: StemFile(song, stream) for stream, stem in enumerate(CONTAINER_STREAMS)}
    track = Track(song.name, "train", files, SAMPLE_RATE, len(streams[0][0]))
    write_wav(track, MIXTURE, tmp_path / "copy.wav")
    copy, rate = soundfile.read(tmp_path / "copy.wav", dtype="float32")
    assert rate == SAMPLE_RATE
    assert (copy == streams[0][0]).all()
    assert abs(copy).max() > 1.0


def test_copies_of_a_container_are_as_long_as_its_shortest_stream(tmp_path):
    sounds = make_sounds(1)
    shorter = {stem: sound[:, : 80_000 + 10 * len(stem)] for stem, sound in sounds.items()}
    write_container(tmp_path / "Song.stem.mp4", shorter)
    (track,) = open_dataset(tmp_path).tracks
    assert track.samples == 80_040
    copies = WavCopies(track)
    for stem, sound in sounds.items():
        copy = read_audio(copies.path(stem)).samples
        assert torch.allclose(copy, sound[:, :80_040], rtol=0, atol=1 / 32768)
    copies.remove()


def test_what_a_decoder_gives_less_than_the_header_states_is_silence(musdb, tmp_path):
    track = open_dataset(musdb).split("test").tracks[0]
    write_wav(replace(track, samples=track.samples + 7), "bass", tmp_path / "bass.wav")
    copy = read_audio(tmp_path / "bass.wav").samples
    assert copy.shape[1] == track.samples + 7
    assert not copy[:, -7:].any()
    assert copy[:, -8].any()


def test_only_the_files_that_are_asked_for_are_copied_once_and_until_they_are_removed(musdb):
    copies = WavCopies(open_dataset(musdb).tracks[0])
    drums = copies.path("drums")
    written = drums.stat().st_mtime_ns
    assert copies.path("drums").stat().st_mtime_ns == written
    assert [path.name for path in drums.parent.iterdir()] == ["drums.wav"]
    copies.remove()
    assert not drums.parent.exists()
    again = copies.path("drums")
    assert again.is_file()
    copies.remove()


def test_a_container_that_breaks_off_is_refused(musdb):
    track = open_dataset(musdb).split("test").tracks[0]
    path = track.files["vocals"].path
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    copies = WavCopies(track)
    with pytest.raises(AudioError, match="Got '.*Gamma - Three.stem.mp4'"):
        copies.path("vocals")
    copies.remove()
