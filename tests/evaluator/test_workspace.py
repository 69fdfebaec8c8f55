"""Outputs replace older ones whole, or not at all."""

import os
import subprocess

import pytest

from evaluator.workspace import ResultsFolderError, Workspace


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "results")


def test_published_outputs_replace_older_ones_whole(workspace, tmp_path):
    older = tmp_path / "results" / "Song"
    older.mkdir()
    (older / "old.wav").touch()
    (workspace.songs / "Song").mkdir()
    (workspace.songs / "Song" / "new.wav").touch()
    workspace.publish(["Song"])
    assert [file.name for file in older.iterdir()] == ["new.wav"]
    workspace.remove()
    assert [entry.name for entry in (tmp_path / "results").iterdir()] == ["Song"]


def test_older_outputs_of_a_song_without_new_ones_go_and_other_songs_stay(workspace, tmp_path):
    for name in ("Song", "Other"):
        (tmp_path / "results" / name).mkdir()
    workspace.publish(["Song"])
    assert not (tmp_path / "results" / "Song").exists()
    assert (tmp_path / "results" / "Other").exists()


def test_a_move_that_fails_puts_the_older_outputs_back(workspace, tmp_path, monkeypatch):
    older = tmp_path / "results" / "Song"
    older.mkdir()
    (older / "old.wav").touch()
    (workspace.songs / "Song").mkdir()
    rename = type(older).rename

    def refuse(path, target):
        if path == workspace.songs / "Song":
            raise PermissionError(13, "refused")
        return rename(path, target)

    monkeypatch.setattr(type(older), "rename", refuse)
    with pytest.raises(PermissionError):
        workspace.publish(["Song"])
    assert [file.name for file in older.iterdir()] == ["old.wav"]


def test_new_logs_replace_all_older_ones(workspace, tmp_path):
    for number in (1, 2):
        (tmp_path / "results" / f"predict-{number}.log").write_text("old")
    (workspace.logs / "predict-1.log").write_text("new")
    workspace.publish([])
    assert {log.name: log.read_text() for log in (tmp_path / "results").glob("*.log")} == {"predict-1.log": "new"}


def test_only_workspaces_of_dead_processes_are_removed(tmp_path):
    gone = subprocess.Popen(["true"])
    gone.wait()
    for pid in (gone.pid, os.getpid()):
        (tmp_path / f".run-{pid}-abcd").mkdir()
    Workspace(tmp_path).remove()
    assert [entry.name for entry in tmp_path.iterdir()] == [f".run-{os.getpid()}-abcd"]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "results").write_text("in the way")
    with pytest.raises(ResultsFolderError, match="must be a folder that can be written. Got .*results.*--results"):
        Workspace(tmp_path / "results")


def test_a_song_whose_name_leaves_no_room_for_an_ending_is_published_without_its_frames(workspace, tmp_path):
    name = "x" * 253
    (workspace.songs / name).mkdir()
    workspace.publish([name])
    assert (tmp_path / "results" / name).is_dir()
