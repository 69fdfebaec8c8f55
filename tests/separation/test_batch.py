"""Many files: names, targets, what is refused, and streaming."""

import os
import re
from pathlib import Path

import pytest
import soundfile
import torch

from audio import SAMPLE_RATE, STEMS, AudioError, read_audio, write_audio
from audio.sample_tracks import find_packaged_song
from models.errors import SettingsError
from separation.batch import BatchOptions, Song, duration_seconds, plan_songs, separate_song, two_stem_names


class Quarter:
    """A separator that returns a quarter of what it is given."""

    stems = STEMS
    sample_rate = SAMPLE_RATE

    def separate(self, mixture):
        return dict.fromkeys(STEMS, mixture / 4)


def options(output, stems=None, container="wav", encoding=None):
    return BatchOptions.from_text(Path(output), stems, container, encoding)


def write(path, samples=100, rate=SAMPLE_RATE):
    path.parent.mkdir(parents=True, exist_ok=True)
    write_audio(path.with_name("written.wav"), torch.full((2, samples), 0.5), rate)
    path.with_name("written.wav").rename(path)
    return path


def targets(songs):
    return [song.target for song in songs]


@pytest.mark.parametrize(("container", "encoding"), [("wav", "FLOAT"), ("flac", "PCM_24")])
def test_a_container_has_its_usual_encoding(container, encoding):
    assert options("out", container=container) == BatchOptions(Path("out"), STEMS, container, encoding)


def test_without_a_choice_all_stems_of_the_model_are_written():
    known = ("vocals", "accompaniment")
    assert BatchOptions.from_text(Path("out"), None, "wav", None, known).stems == known
    with pytest.raises(AudioError, match="must be one of vocals, accompaniment. Got 'bass'"):
        BatchOptions.from_text(Path("out"), "bass", "wav", None, known)


def test_stems_are_named_with_commas_and_blanks():
    assert options("out", "vocals, drums").stems == ("vocals", "drums")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"stems": "vocals,guitar"}, "must be one of bass, drums, other, vocals. Got 'guitar'"),
        ({"container": "mp3"}, "must be one of .wav, .flac"),
        ({"container": "flac", "encoding": "FLOAT"}, "must be one of PCM_16, PCM_24. Got 'FLOAT'"),
    ],
)
def test_options_that_cannot_be_met_are_refused(arguments, told):
    with pytest.raises(AudioError, match=re.escape(told)):
        options("out", **arguments)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("song.wav", "song"),
        ("a.b.flac", "a.b"),
        ("song.stem.mp4", "song"),
        ("Artist - Title/mixture.wav", "Artist - Title"),
        ("no suffix", "no suffix"),
        (".hidden.wav", ".hidden"),
    ],
)
def test_a_song_is_named_after_its_file_or_the_folder_of_its_mixture(tmp_path, file, name):
    (song,) = plan_songs([write(tmp_path / file)], options("out"))
    assert song == Song(tmp_path / file, Path("out") / name)


def test_a_mixture_named_from_inside_its_folder_has_the_folders_name(tmp_path, monkeypatch):
    write(tmp_path / "Song" / "mixture.wav")
    (tmp_path / "Song" / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "Song" / "sub")
    assert targets(plan_songs([Path("../mixture.wav")], options(tmp_path / "out"))) == [tmp_path / "out" / "Song"]
    monkeypatch.chdir(tmp_path / "Song")
    assert targets(plan_songs([Path("mixture.wav")], options(tmp_path / "out"))) == [tmp_path / "out" / "Song"]


@pytest.mark.parametrize("file", ["...wav", "..wav", ".stem.mp4"])
def test_files_whose_name_leaves_no_folder_of_their_own_are_refused(tmp_path, file):
    with pytest.raises(AudioError, match=re.escape(f"must have a name, for the folder of its stems. Got '{tmp_path}")):
        plan_songs([write(tmp_path / file)], options(tmp_path / "out"))


def test_a_folder_gives_its_files_and_the_mixtures_of_its_folders_sorted(tmp_path):
    for file in ("b.wav", "a.flac", "Track/mixture.wav", "Track/bass.wav", "notes.txt"):
        write(tmp_path / "in" / file)
    planned = plan_songs([tmp_path / "in"], options("out"))
    assert targets(planned) == [Path("out", name) for name in ("a", "b", "Track")]


def test_the_folder_of_one_song_gives_its_mixture_and_not_its_stems(tmp_path):
    for file in ("mixture.wav", "bass.wav"):
        write(tmp_path / "Track" / file)
    assert targets(plan_songs([tmp_path / "Track"], options("out"))) == [Path("out/Track")]


def test_missing_inputs_and_folders_without_songs_are_refused(tmp_path):
    with pytest.raises(AudioError, match=r"Got '.*nothing.wav', which does not exist"):
        plan_songs([tmp_path / "nothing.wav"], options("out"))
    with pytest.raises(AudioError, match=r"must hold audio files, or folders with mixture.wav"):
        plan_songs([tmp_path], options("out"))


def test_songs_that_would_share_a_folder_are_refused_and_one_named_twice_is_taken_once(tmp_path, monkeypatch):
    files = [write(tmp_path / folder / "song.wav") for folder in ("a", "b")]
    with pytest.raises(AudioError, match="must have its own output folder"):
        plan_songs(files, options("out"))
    monkeypatch.chdir(tmp_path)
    assert len(plan_songs([files[0], Path("a/song.wav")], options("out"))) == 1


@pytest.mark.parametrize("inputs", [["data"], ["data/Song/mixture.wav"], ["data/Song"], ["link/Song/mixture.wav"]])
def test_stems_never_go_to_the_folder_of_their_own_song(tmp_path, monkeypatch, inputs):
    for name in ("mixture", *STEMS):
        write(tmp_path / "data" / "Song" / f"{name}.wav")
    (tmp_path / "link").symlink_to(tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AudioError, match=r"must go to another folder than their song's.*Got the song '.*mixture.wav'"):
        plan_songs([Path(path) for path in inputs], options("data"))


def test_stems_never_replace_an_input(tmp_path):
    song = write(tmp_path / "song.wav")
    bass = write(tmp_path / "song" / "bass.wav")
    with pytest.raises(AudioError, match=r"must not overwrite an input. Got '.*song/bass.wav'"):
        plan_songs([song, bass], options(tmp_path))
    assert len(plan_songs([song, bass], options(tmp_path, stems="vocals"))) == 2


def test_stems_of_an_earlier_run_may_be_replaced(tmp_path):
    song = write(tmp_path / "song.wav")
    write(tmp_path / "song" / "bass.wav")
    assert targets(plan_songs([song], options(tmp_path))) == [tmp_path / "song"]


def test_the_length_is_read_from_the_header_or_unknown(tmp_path):
    assert duration_seconds(Song(write(tmp_path / "song.wav", samples=4410), tmp_path)) == pytest.approx(0.1)
    (tmp_path / "song.m4a").write_bytes(b"no sound")
    assert duration_seconds(Song(tmp_path / "song.m4a", tmp_path)) is None


def test_stems_are_written_at_the_songs_rate_and_length_in_the_asked_format(tmp_path):
    song = Song(write(tmp_path / "song.wav", samples=1001, rate=48_000), tmp_path / "out")
    files = separate_song(Quarter(), song, options(tmp_path, "vocals,drums", "flac", "PCM_16"))
    assert files == [tmp_path / "out" / "vocals.flac", tmp_path / "out" / "drums.flac"]
    assert sorted(os.listdir(tmp_path / "out")) == ["drums.flac", "vocals.flac"]
    info = soundfile.info(files[0])
    assert (info.samplerate, info.frames, info.channels, info.subtype) == (48_000, 1001, 2, "PCM_16")
    middle = read_audio(files[0]).samples[:, 400:600]
    assert (middle - 0.125).abs().max() < 1e-3


class Streams:
    """A separator that streams a quarter of the mixture in blocks of 1,000 samples, and cannot take a whole song."""

    stems = STEMS
    sample_rate = SAMPLE_RATE

    def separate(self, mixture):
        raise AssertionError("the song was taken whole")

    def separate_stream(self, source, stems=None, on_progress=lambda share: None):
        for start in range(0, source.samples, 1000):
            stop = min(start + 1000, source.samples)
            yield start, dict.fromkeys(stems or self.stems, source.read(start, stop) / 4)
            on_progress(stop / source.samples)


def test_a_song_is_streamed_where_file_and_separator_allow_it(tmp_path):
    mixture = torch.rand(2, 4_321, generator=torch.Generator().manual_seed(0)) - 0.5
    write_audio(tmp_path / "song.wav", mixture, SAMPLE_RATE)
    options = BatchOptions(tmp_path / "out", ("vocals", "bass"), "wav", "FLOAT")
    (song,) = plan_songs([tmp_path / "song.wav"], options)
    shares = []
    files = separate_song(Streams(), song, options, shares.append)
    assert [file.name for file in files] == ["vocals.wav", "bass.wav"]
    assert all(torch.equal(read_audio(file).samples, mixture / 4) for file in files)
    assert shares[-1] == 1.0


@pytest.mark.parametrize("rate", [8_000, 48_000, 96_000])
def test_a_song_at_another_rate_is_streamed_with_the_result_of_taking_it_whole(tmp_path, rate):
    mixture = torch.rand(2, 10_007, generator=torch.Generator().manual_seed(0)) - 0.5
    write_audio(tmp_path / "song.wav", mixture, rate)
    for separator, folder in ((Streams(), "blocks"), (Quarter(), "whole")):
        options = BatchOptions(tmp_path / folder, ("bass",), "wav", "FLOAT")
        separate_song(separator, plan_songs([tmp_path / "song.wav"], options)[0], options)
    blocks, whole = (read_audio(tmp_path / folder / "song" / "bass.wav") for folder in ("blocks", "whole"))
    assert blocks.sample_rate == whole.sample_rate == rate
    assert torch.equal(blocks.samples, whole.samples)


def test_a_container_is_streamed_with_the_result_of_taking_it_whole(tmp_path):
    for separator, folder in ((Streams(), "blocks"), (Quarter(), "whole")):
        options = BatchOptions(tmp_path / folder, ("bass",), "wav", "FLOAT")
        (song,) = plan_songs([find_packaged_song()], options)
        separate_song(separator, song, options)
    blocks, whole = (read_audio(next((tmp_path / folder).rglob("bass.wav"))) for folder in ("blocks", "whole"))
    assert torch.equal(blocks.samples, whole.samples)


@pytest.mark.parametrize("separator", [Quarter(), Streams()])
@pytest.mark.parametrize("rate", [8_000, 44_100, 96_000])
def test_the_accompaniment_is_what_the_stem_leaves_of_the_song_at_its_own_rate(tmp_path, separator, rate):
    mixture = torch.rand(2, 10_007, generator=torch.Generator().manual_seed(0)) - 0.5
    write_audio(tmp_path / "song.wav", mixture, rate)
    options = BatchOptions(tmp_path / "out", ("vocals", "accompaniment"), "wav", "FLOAT", rest_of="vocals")
    files = separate_song(separator, plan_songs([tmp_path / "song.wav"], options)[0], options)
    vocals, accompaniment = (read_audio(file).samples for file in files)
    assert torch.allclose(vocals + accompaniment, mixture, atol=1e-6)
    assert (vocals - mixture / 4)[:, 2_000:8_000].square().mean() < 0.02


def test_the_accompaniment_alone_can_be_written(tmp_path):
    write_audio(tmp_path / "song.wav", torch.full((2, 2_500), 0.4), SAMPLE_RATE)
    options = BatchOptions(tmp_path / "out", ("accompaniment",), "wav", "FLOAT", rest_of="vocals")
    (file,) = separate_song(Streams(), plan_songs([tmp_path / "song.wav"], options)[0], options)
    assert torch.allclose(read_audio(file).samples, torch.full((2, 2_500), 0.3))


@pytest.mark.parametrize("stem", ["guitar", "accompaniment"])
def test_a_stem_that_the_model_does_not_give_has_no_accompaniment(stem):
    assert two_stem_names(STEMS, "drums") == ("drums", "accompaniment")
    with pytest.raises(SettingsError, match=f"must be one that the model gives: bass, drums.*Got '{stem}'"):
        two_stem_names(STEMS, stem)


def test_a_stream_that_fails_leaves_no_file(tmp_path):
    class Breaks(Streams):
        def separate_stream(self, source, stems=None, on_progress=None):
            yield 0, dict.fromkeys(stems, source.read(0, 1000))
            raise RuntimeError("no such layer")

    write_audio(tmp_path / "song.wav", torch.zeros(2, 4_321), SAMPLE_RATE)
    options = BatchOptions(tmp_path / "out", STEMS, "wav", "FLOAT")
    (song,) = plan_songs([tmp_path / "song.wav"], options)
    with pytest.raises(RuntimeError, match="no such layer"):
        separate_song(Breaks(), song, options)
    assert not list((tmp_path / "out").rglob("*.*"))
