"""Planning, resuming, whole folders, seeds that never meet, disk space."""

import json
import shutil
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from audio.datasets import open_dataset
from audio.stems import STEMS
from tests.training.synthesis.stand_in_sounds import open_stand_ins
from training.synthesis import writing
from training.synthesis.songs import SongSettings, SynthesisError, make_song
from training.synthesis.writing import (
    DatasetSettings,
    check_room,
    missing_songs,
    plan,
    seed_of,
    size_bytes,
    write_song,
    written_songs,
)

SHORT = SongSettings(seconds=2.0)


def settings_for(folder, songs=2, **changes):
    return DatasetSettings(**{"folder": folder, "songs": songs, "valid_share": 0.5, "song": SHORT, **changes})


def write_all(settings):
    sounds = open_stand_ins()
    for song in missing_songs(settings, sounds.name):
        write_song(song, settings, sounds)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The settings of two songs that are there and that tests leave as they are."""
    settings = settings_for(tmp_path_factory.mktemp("songs"))
    write_all(settings)
    return settings


def check_written(settings):
    """Check that the first song's folder holds that song."""
    song = plan(settings)[0]
    made = make_song(song.seed, SHORT, open_stand_ins())
    for stem in STEMS:
        samples, rate = soundfile.read(song.folder / f"{stem}.{settings.file_format}", dtype="float32")
        assert rate == 44_100
        np.testing.assert_allclose(samples.T, made.stems[stem], atol=1.0 / 32_768)
    assert json.loads((song.folder / "song.json").read_text())["seed"] == song.seed


def test_what_is_written_is_the_song_and_a_dataset(written):
    dataset = open_dataset(written.folder)
    assert {track.split for track in dataset.tracks} == {"train", "valid"}
    assert all(track.stems == STEMS for track in dataset.tracks)
    check_written(written)


def test_songs_that_are_there_are_kept_and_more_are_added(tmp_path):
    write_all(settings_for(tmp_path))
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.wav")}
    more = settings_for(tmp_path, 4)
    assert len(missing_songs(more, "stand-ins")) == 2
    write_all(more)
    assert all(path.stat().st_mtime_ns == time for path, time in times.items())
    assert missing_songs(more, "stand-ins") == ()


def test_other_settings_or_sounds_or_a_broken_song_are_made_anew(tmp_path):
    settings = settings_for(tmp_path)
    write_all(settings)
    assert len(missing_songs(settings, "rich")) == 2
    assert len(missing_songs(settings_for(tmp_path, song=SongSettings(seconds=2.5)), "stand-ins")) == 2
    assert len(missing_songs(settings_for(tmp_path, file_format="flac"), "stand-ins")) == 2
    (plan(settings)[0].folder / "song.json").write_text("{")
    assert missing_songs(settings, "stand-ins") == plan(settings)[:1]
    write_all(settings)
    assert missing_songs(settings, "stand-ins") == ()


def test_a_song_of_another_format_takes_the_place_of_the_first(tmp_path):
    write_all(settings_for(tmp_path))
    settings = settings_for(tmp_path, file_format="flac")
    write_all(settings)
    assert not list(tmp_path.rglob("*.wav"))
    check_written(settings)


def test_a_song_that_fails_leaves_nothing(tmp_path, monkeypatch):
    settings = settings_for(tmp_path)

    def full(path, *_):
        if path.stem == "other":
            raise OSError("No space left on device")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    monkeypatch.setattr(writing, "write_audio", full)
    with pytest.raises(OSError, match="No space left"):
        write_song(plan(settings)[0], settings, open_stand_ins())
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(missing_songs(settings, "stand-ins")) == 2


def test_a_song_that_was_being_replaced_when_all_stopped_counts_as_missing(tmp_path, monkeypatch):
    before, after = settings_for(tmp_path, 1), settings_for(tmp_path, 1, file_format="flac")
    write_all(before)
    (song,) = plan(before)
    remove = shutil.rmtree

    def stopped(path, **options):
        if path == song.folder:
            (path / "bass.wav").unlink()
            raise KeyboardInterrupt
        remove(path, **options)

    monkeypatch.setattr(shutil, "rmtree", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_all(after)
    assert missing_songs(before, "stand-ins") == (song,)


def test_seeds_of_runs_splits_and_numbers_never_meet():
    seeds = {seed_of(run, split, number) for run in range(3) for split in ("train", "valid") for number in range(50)}
    assert len(seeds) == 300
    assert seed_of(0, "train", (1 << 31) - 1) < seed_of(0, "valid", 0) < seed_of(1, "train", 0)


def test_the_share_of_validation_songs_is_kept_and_they_come_first(tmp_path):
    songs = plan(settings_for(tmp_path, 40, valid_share=0.1))
    assert [song.split for song in songs[:4]] == ["valid"] * 4
    assert sum(song.split == "train" for song in songs) == 36


def test_the_size_is_told_beforehand_to_within_five_percent(written):
    real = sum(path.stat().st_size for path in written.folder.rglob("*") if path.is_file())
    assert real <= size_bytes(2, written) <= 1.05 * real


def test_a_disk_that_is_too_small_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10_000_000))
    with pytest.raises(SynthesisError, match=r"must have 1\.4 GB free for 1000 songs. It has 0\.0 GB. Name another"):
        check_room(1000, settings_for(tmp_path / "not there yet", 1000))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"songs": 0}, "The number of songs must be from 1 to 2147483648. Got 0."),
        ({"seed": -1}, "The seed must be 0 or more. Got -1."),
        ({"valid_share": 1.0}, "The share of validation songs must be from 0 to below 1. Got 1."),
        ({"file_format": "mp3"}, "The format must be one of wav, flac. Got 'mp3'."),
    ],
)
def test_impossible_settings_are_refused(tmp_path, changes, message):
    with pytest.raises(SynthesisError, match=message):
        settings_for(tmp_path, **changes)


def test_songs_that_are_there_are_listed_with_those_for_training_first(written):
    assert [folder.parent.name for folder in written_songs(replace(written, songs=10))] == ["train", "valid"]
