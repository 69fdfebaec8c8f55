"""`mdx data`: what is printed, what is written, exit codes."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from mdx.cli import app
from tests.audio.datasets.dataset_writers import make_sounds, write_container, write_song
from training.datasets import activity

runner = CliRunner()


def mdx_data(*arguments, expect=0):
    done = runner.invoke(app, ["data", *map(str, arguments)], catch_exceptions=False, env={"COLUMNS": "200"})
    assert done.exit_code == expect, done.output
    return done.output


@pytest.fixture
def songs(tmp_path):
    """Two songs in folders."""
    for seed, name in enumerate(("one", "two")):
        write_song(tmp_path / "songs" / name, make_sounds(seed))
    return tmp_path / "songs"


@pytest.fixture
def musdb(tmp_path):
    """One song as stem.mp4."""
    write_container(tmp_path / "musdb" / "train" / "A - B.stem.mp4", make_sounds(0, samples=44_100))
    return tmp_path / "musdb"


@pytest.fixture(autouse=True)
def user_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))


def test_check_tells_that_all_is_well(songs):
    assert "Layout folders, tracks: 2 train, 0.00 h. Errors: 0. Warnings: 0." in mdx_data("check", songs)


def test_check_exits_with_1_on_errors_and_names_them(songs):
    (songs / "two" / "bass.wav").write_bytes(b"")
    output = mdx_data("check", songs, expect=1)
    assert "unreadable: The audio file must hold audio." in output
    assert "Errors: 1. Warnings: 0." in output


def test_check_finds_songs_that_another_dataset_tests_with(songs, tmp_path):
    shutil.copytree(songs / "two", tmp_path / "other" / "test" / "alias")
    mdx_data("check", tmp_path / "other")
    output = mdx_data("check", songs, tmp_path / "other", expect=1)
    assert "duplicate: It holds the same sound as 'bass' of 'two' (train)." in output
    assert "Layout folders + musdb18-hq, tracks: 2 train, 1 test, 0.00 h. Errors: 5. Warnings: 0." in output


def test_check_exits_with_0_on_warnings(songs):
    (songs / "two" / "bass.wav").unlink()
    assert "Errors: 0. Warnings: 1." in mdx_data("check", songs)


def test_check_prints_json_for_scripts(songs):
    (songs / "two" / "bass.wav").write_bytes(b"")
    report = json.loads(mdx_data("check", songs, "--json", expect=1))
    assert (report["ok"], report["tracks"]) == (False, {"train": 2})
    assert [(finding["code"], finding["stem"]) for finding in report["findings"]] == [("unreadable", "bass")]


def test_cache_tells_its_size_and_builds_once(musdb, tmp_path):
    target = tmp_path / "copies"
    planned = mdx_data("cache", musdb, "--cache", target, "--dry-run")
    assert "5 copies in" in planned
    assert "5 to make" in planned
    assert not target.exists()
    mdx_data("cache", musdb, "--cache", target)
    assert len(list(target.rglob("*.npy"))) == 5
    assert "0 to make, 0.00 GB" in mdx_data("cache", musdb, "--cache", target)


def test_cache_tells_that_no_copies_are_needed(songs, tmp_path):
    output = mdx_data("cache", songs, "--cache", tmp_path / "copies")
    assert "Every file can be read in parts at 44100 Hz: no copies are needed" in output
    assert not (tmp_path / "copies").exists()


def test_cache_tells_what_was_clipped(songs):
    sound = np.full((100, 2), 0.5)
    sound[:3] = 1.5
    soundfile.write(songs / "one" / "bass.wav", sound, 44_100, subtype="FLOAT")
    assert "6 samples of 1 stems were clipped at full scale, most of them (6) in 'bass' of 'one'" in mdx_data(
        "cache", songs, "--all"
    )


def test_stats_tell_how_much_of_each_stem_sounds_and_keep_the_levels(songs):
    shown = json.loads(mdx_data("stats", songs, "--json"))
    assert [(row["stem"], row["tracks"], row["active_share"]) for row in shown["stems"]] == [
        (stem, 2, 1.0) for stem in ("bass", "drums", "mixture", "other", "vocals")
    ]
    assert len(json.loads(Path(shown["activity"]).read_text())["stems"]) == 10
    table = mdx_data("stats", songs)
    assert "100%" in table
    assert shown["activity"] in table.replace("\n", "")


def test_stats_find_out_before_the_work_that_their_folder_cannot_be_written(songs, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    measured = []
    monkeypatch.setattr(activity, "measure_stem", measured.append)
    with pytest.raises(OSError, match="file"):
        mdx_data("stats", songs, "--cache", tmp_path / "file" / "cache")
    assert measured == []


def test_stats_that_were_stopped_keep_what_was_measured(songs, tmp_path, monkeypatch):
    measure = activity.measure_stem

    def stop_at_vocals(file):
        if file.path.stem == "vocals":
            raise KeyboardInterrupt
        return measure(file)

    monkeypatch.setattr(activity, "measure_stem", stop_at_vocals)
    runner.invoke(app, ["data", "stats", str(songs), "--cache", str(tmp_path / "kept")])
    assert len(activity.load_activity(tmp_path / "kept" / "activity.json").stems) == 4
