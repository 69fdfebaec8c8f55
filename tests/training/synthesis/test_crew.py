"""Several processes: the same bytes as one, errors come through, threads are set back."""

import os

import pytest

from audio.errors import KitError
from tests.training.synthesis.stand_in_sounds import open_nothing, open_stand_ins
from training.synthesis.crew import write_songs
from training.synthesis.songs import SongSettings
from training.synthesis.writing import DatasetSettings, missing_songs, plan


def settings_for(folder):
    return DatasetSettings(folder, 3, 4, 0.34, "wav", SongSettings(2.0))


def test_two_processes_write_the_same_bytes_as_one(tmp_path):
    contents = []
    for jobs in (1, 2):
        settings = settings_for(tmp_path / str(jobs))
        done = list(write_songs(missing_songs(settings, "stand-ins"), settings, open_stand_ins, jobs))
        assert sorted(song.seed for song in done) == sorted(song.seed for song in plan(settings))
        files = sorted(path for path in settings.folder.rglob("*") if path.is_file())
        contents.append({path.relative_to(settings.folder): path.read_bytes() for path in files})
    assert len(contents[0]) == 15
    assert contents[0] == contents[1]


def test_an_error_of_a_process_reaches_the_caller_and_threads_are_set_back(tmp_path, monkeypatch):
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    settings = settings_for(tmp_path)
    with pytest.raises(KitError, match="The sounds must be there"):
        list(write_songs(plan(settings), settings, open_nothing, 1))
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ
    assert not list(tmp_path.rglob("*.json"))


def test_stopping_in_between_keeps_what_is_done(tmp_path):
    settings = settings_for(tmp_path)
    songs = write_songs(plan(settings), settings, open_stand_ins, 1)
    first = next(songs)
    songs.close()  # What Ctrl-C does to the loop around it.
    assert first not in missing_songs(settings, "stand-ins")
    assert not list(tmp_path.rglob("*.part"))
