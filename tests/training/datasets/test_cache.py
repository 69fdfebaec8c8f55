"""Copies of stems: what they hold, when they are made anew, and what is read from them."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from audio import SAMPLE_RATE, resample
from audio.datasets import DatasetError, open_dataset
from audio.decoding import decode_streams
from tests.audio.datasets.dataset_writers import SAMPLES, make_sounds, write_song
from training.datasets import cache
from training.datasets.cache import CacheSettings, build_cache, default_cache_folder, plan_cache, with_cache
from training.datasets.reading import read_stem, read_track


@pytest.fixture
def settings(tmp_path):
    return CacheSettings(tmp_path / "cache")


def build(dataset, settings):
    return list(build_cache(plan_cache(dataset, settings), settings))


def test_wav_files_need_no_copies(musdb_hq, settings):
    dataset = open_dataset(musdb_hq)
    assert plan_cache(dataset, settings) == []
    assert with_cache(dataset, settings).tracks == dataset.tracks


def test_copies_of_all_can_be_asked_for_and_read_as_their_files(musdb_hq, settings):
    dataset = open_dataset(musdb_hq)
    assert len(build(dataset, replace(settings, everything=True))) == 20
    copied = with_cache(dataset, settings)
    for direct, cached in zip(dataset.tracks, copied.tracks, strict=True):
        assert all(file.array is not None for file in cached.files.values())
        for start, stop in ((0, SAMPLES), (1234, 5678), (-50, 50), (SAMPLES - 50, SAMPLES + 50)):
            assert torch.equal(read_stem(cached, "bass", start, stop), read_stem(direct, "bass", start, stop))


@pytest.mark.parametrize(("encoding", "tolerance"), [("float32", 0.0), ("int16", 0.5 / 32768 + 1e-7)])
def test_copies_of_a_container_hold_its_streams(musdb, settings, encoding, tolerance):
    settings = replace(settings, encoding=encoding)
    dataset = open_dataset(musdb)
    copies = build(dataset, settings)
    assert len(copies) == 10
    track = with_cache(dataset, settings).tracks[0]
    streams = decode_streams(track.files["bass"].path)
    for stem, file in track.files.items():
        expected = torch.from_numpy(streams[file.stream][0].T)
        assert (read_stem(track, stem, 0, expected.shape[1]) - expected).abs().max() <= tolerance


def test_the_size_is_told_before_anything_is_decoded(musdb, settings):
    copies = plan_cache(open_dataset(musdb), settings)
    assert not settings.folder.exists()
    for copy in copies:
        assert abs(copy.samples - SAMPLES) <= 2048
        assert copy.size_bytes == copy.samples * 4


def test_another_rate_is_resampled(folders, settings):
    sounds = make_sounds(3, samples=48_000)
    write_song(folders / "Whole", sounds, sample_rate=48_000)
    dataset = open_dataset(folders)
    settings = replace(settings, encoding="float32")
    build(dataset, settings)
    track = with_cache(dataset, settings).tracks[0]
    assert (track.sample_rate, track.samples) == (SAMPLE_RATE, 44_100)
    expected = resample((sounds["bass"] * 32768).round() / 32768, 48_000, SAMPLE_RATE)
    torch.testing.assert_close(read_track(track, ["bass"])["bass"], expected, atol=1e-6, rtol=0)


def test_a_build_that_was_stopped_goes_on_where_it_was(musdb, settings, monkeypatch):
    copies = plan_cache(open_dataset(musdb), settings)
    first, _ = next(build_cache(copies, settings))
    assert [copy for copy in copies if copy.done] == [first]
    decoded = []
    decode = cache.decode_stem
    monkeypatch.setattr(cache, "decode_stem", lambda file: decoded.append(file) or decode(file))
    list(build_cache(copies, settings))
    assert len(decoded) == 9
    assert all(copy.done for copy in copies)


def test_a_copy_appears_whole_or_not_at_all(musdb, settings, monkeypatch):
    def save_half(file, samples):
        file.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(np, "save", save_half)
    with pytest.raises(OSError, match="disk full"):
        build(open_dataset(musdb), settings)
    assert [path for path in settings.folder.rglob("*") if path.is_file()] == []


def test_a_changed_file_gets_a_new_copy_in_place_of_the_old_one(folders, settings):
    settings = replace(settings, everything=True)
    build(open_dataset(folders), settings)
    write_song(folders / "Whole", {"bass": make_sounds(11, samples=SAMPLES + 1)["bass"]})
    dataset = open_dataset(folders)
    (made,) = [copy for copy, _ in build(dataset, settings)]
    assert (made.track, made.stem) == ("Whole", "bass")
    assert len(list((settings.folder / "Whole").glob("bass.*.npy"))) == 1


def test_a_dataset_may_be_moved(musdb, settings):
    build(open_dataset(musdb), settings)
    (musdb.parent / "elsewhere").mkdir()
    moved = musdb.rename(musdb.parent / "elsewhere" / musdb.name)
    assert all(copy.done for copy in plan_cache(open_dataset(moved), settings))


def test_songs_of_one_name_are_told_apart_even_when_size_and_time_are_equal(tmp_path, settings):
    settings, root = replace(settings, everything=True), tmp_path / "numbered"
    for seed, split in enumerate(("train", "test")):
        write_song(root / split / "001", {"bass": make_sounds(seed)["bass"]})
        os.utime(root / split / "001" / "bass.wav", (10, 10))
    dataset = open_dataset(root)
    build(dataset, settings)
    for direct, copied in zip(dataset.tracks, with_cache(dataset, settings).tracks, strict=True):
        assert copied.files["bass"].array is not None
        assert torch.equal(read_stem(copied, "bass"), read_stem(direct, "bass"))


def test_datasets_may_share_a_cache(tmp_path, settings):
    settings = replace(settings, everything=True)
    datasets = []
    for seed, name in enumerate(("one", "two")):
        write_song(tmp_path / name / "001", {"bass": make_sounds(seed, samples=1000 + seed)["bass"]})
        datasets.append(open_dataset(tmp_path / name))
    for dataset in datasets:
        build(dataset, settings)
    assert all(copy.done for dataset in datasets for copy in plan_cache(dataset, settings))


def test_copies_of_either_encoding_are_read(musdb, settings):
    dataset, exact = open_dataset(musdb), replace(settings, encoding="float32")
    build(dataset, exact)
    assert with_cache(dataset, settings) == with_cache(dataset, exact)


@pytest.mark.parametrize("kept_bytes", [0, 50, 1000])
def test_a_copy_that_was_cut_off_is_made_again(musdb, settings, kept_bytes):
    dataset = open_dataset(musdb)
    path = build(dataset, settings)[0][0].path
    whole = path.read_bytes()
    path.write_bytes(whole[:kept_bytes])
    with pytest.raises(DatasetError, match="no copies of mixture"):
        with_cache(dataset, settings)
    (made,) = build(dataset, settings)
    assert (made[0].path, path.read_bytes()) == (path, whole)


def test_what_another_process_removed_already_is_no_error(folders, settings, monkeypatch):
    settings = replace(settings, everything=True)
    build(open_dataset(folders), settings)
    write_song(folders / "Whole", {"bass": make_sounds(11, samples=SAMPLES + 1)["bass"]})
    unlink = Path.unlink
    monkeypatch.setattr(
        Path, "unlink", lambda path, missing_ok=False: (unlink(path, True), unlink(path, missing_ok))[1]
    )
    assert len(build(open_dataset(folders), settings)) == 1


def test_containers_without_copies_are_refused_with_the_command_that_makes_them(musdb, settings):
    with pytest.raises(
        DatasetError,
        match=r"'Leaf - Summerghost' must be readable in parts at 22050 Hz.* FOLDER --rate 22050 --cache '.*cache'",
    ):
        with_cache(open_dataset(musdb), replace(settings, sample_rate=22_050))
    with pytest.raises(DatasetError, match="readable in parts, or be cached"):
        read_stem(open_dataset(musdb).tracks[0], "bass", 0, 10)


def test_samples_beyond_full_scale_are_clipped_and_counted(tmp_path, settings):
    sound = np.array([[0.5, 1.5], [-2.0, 1.0], [0.0, -1.0]], dtype=np.float32)
    (tmp_path / "loud" / "a").mkdir(parents=True)
    soundfile.write(tmp_path / "loud" / "a" / "bass.wav", sound, SAMPLE_RATE, subtype="FLOAT")
    dataset = open_dataset(tmp_path / "loud")
    settings = replace(settings, everything=True)
    ((_, clipped),) = build(dataset, settings)
    assert clipped == 2
    read = read_stem(with_cache(dataset, settings).tracks[0], "bass")
    assert torch.equal(read, torch.tensor([[0.5, -1.0, 0.0], [32767 / 32768, 32767 / 32768, -1.0]]))


def test_a_full_disk_is_told_before_the_work_begins(musdb, settings, monkeypatch):
    monkeypatch.setattr(cache.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 1000}))
    with pytest.raises(DatasetError, match=r"must have 0.0 GB free. It has 0.0 GB"):
        build(open_dataset(musdb), settings)


def test_an_unknown_encoding_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="must be one of int16, float32. Got 'int8'"):
        CacheSettings(tmp_path, encoding="int8")


def test_folders_of_the_same_name_have_caches_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    one, two = default_cache_folder(tmp_path / "a" / "musdb"), default_cache_folder(tmp_path / "b" / "musdb")
    assert one != two
    assert one.name.startswith("musdb-")
    assert one.parent == tmp_path / "music-demixing-kit" / "datasets"


def test_a_stem_that_a_track_lacks_is_refused(folders):
    partly = open_dataset(folders).tracks[1]
    with pytest.raises(DatasetError, match="must have the stem 'bass'. It has drums, mixture, vocals"):
        read_stem(partly, "bass")
