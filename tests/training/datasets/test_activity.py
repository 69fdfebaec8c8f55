"""Levels of stems: right in dB, found again by file, kept as JSON."""

import numpy as np
import pytest

from audio import SAMPLE_RATE
from audio.datasets import DatasetError, open_dataset
from tests.audio.datasets.dataset_writers import make_sounds, write_song
from training.datasets import activity
from training.datasets.activity import (
    ActivityTable,
    load_activity,
    measure_dataset,
    measure_samples,
    measure_stem,
    save_activity,
    summarise,
)
from training.datasets.cache import CacheSettings, build_cache, plan_cache, with_cache


def table_of(dataset, known=None):
    return ActivityTable(dict(measure_dataset(dataset, known or ActivityTable({}))))


def test_levels_are_those_of_half_a_second_each():
    sine = np.sin(2 * np.pi * 100 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)[:, None].repeat(2, axis=1)
    sound = np.concatenate([0.1 * sine, np.zeros((SAMPLE_RATE // 2, 2))]).astype(np.float32)
    found = measure_samples(sound, SAMPLE_RATE)
    assert found.levels_dbfs == (-23.0, -23.0, -100.0)
    assert found.peak == 0.1
    assert found.active_share == pytest.approx(2 / 3)
    assert found.level_dbfs == pytest.approx(-23.0)


def test_silence_and_samples_that_are_no_numbers_have_the_lowest_level():
    found = measure_samples(np.full((10, 2), np.nan, dtype=np.float32), SAMPLE_RATE)
    assert (found.levels_dbfs, found.active_share, found.level_dbfs) == ((-100.0,), 0.0, -100.0)


def test_a_copy_in_the_cache_is_found_by_its_file(folders, tmp_path):
    dataset = open_dataset(folders)
    settings = CacheSettings(tmp_path / "cache", everything=True)
    list(build_cache(plan_cache(dataset, settings), settings))
    direct, copied = dataset.tracks[0].files["bass"], with_cache(dataset, settings).tracks[0].files["bass"]
    assert table_of(dataset).of(copied) == measure_stem(direct)


def test_a_table_is_kept_as_json(folders, tmp_path):
    table = table_of(open_dataset(folders))
    assert len(table.stems) == 8
    save_activity(tmp_path / "deep" / "activity.json", table)
    assert load_activity(tmp_path / "deep" / "activity.json") == table


def test_files_that_did_not_change_are_not_looked_at_again(folders, monkeypatch):
    table = table_of(open_dataset(folders))
    measured = []
    monkeypatch.setattr(activity, "measure_stem", lambda file: measured.append(file.path) or measure_stem(file))
    write_song(folders / "Whole", {"bass": make_sounds(3, samples=500)["bass"]})
    table_of(open_dataset(folders), table)
    assert measured == [folders / "Whole" / "bass.wav"]


def test_a_missing_table_and_one_of_another_format_are_empty(tmp_path):
    assert load_activity(tmp_path / "absent.json").stems == {}
    (tmp_path / "old.json").write_text('{"format": 0, "frame_seconds": 0.5, "stems": {}}')
    assert load_activity(tmp_path / "old.json").stems == {}


def test_a_file_that_is_no_table_is_refused(tmp_path):
    (tmp_path / "activity.json").write_text("[]")
    with pytest.raises(DatasetError, match="must be what `mdx data stats` writes"):
        load_activity(tmp_path / "activity.json")


def test_stems_are_summed_up_by_split(musdb_hq):
    write_song(musdb_hq / "test" / "Gamma - Three", {"vocals": 0 * make_sounds(0)["vocals"]})
    dataset = open_dataset(musdb_hq)
    rows = {(row.split, row.stem): row for row in summarise(dataset, table_of(dataset))}
    assert [row for row in rows if row[1] == "bass"] == [("train", "bass"), ("valid", "bass"), ("test", "bass")]
    train = rows["train", "bass"]
    assert (train.tracks, train.hours, train.active_share) == (2, pytest.approx(4 / 3600), 1.0)
    assert train.level_dbfs == pytest.approx(-20.2, abs=0.3)
    assert rows["test", "vocals"].active_share == 0.0
