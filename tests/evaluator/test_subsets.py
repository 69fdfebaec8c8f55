"""Which songs are taken from folders of songs and from datasets, and what is said where there are none."""

import logging

import numpy as np
import pytest

from audio.codecs import QUICK_AAC, encode
from audio.datasets import DatasetError
from evaluator.subsets import songs_to_evaluate, songs_to_score
from evaluator.tracks import TrackError


def names(tracks):
    return [track.name for track in tracks]


@pytest.mark.parametrize("find", [songs_to_evaluate, songs_to_score])
@pytest.mark.parametrize("dataset", ["musdb", "musdb_hq", "dsd100"])
def test_the_test_songs_of_a_dataset_are_taken_by_default(find, dataset, request):
    expected = {"dsd100": "001 - C - D"}.get(dataset, "Gamma - Three")
    assert names(find(request.getfixturevalue(dataset))) == [expected]


def test_subsets_can_be_chosen(musdb_hq):
    assert names(songs_to_evaluate(musdb_hq, "train")) == ["Alpha - One", "Beta - Two"]
    assert names(songs_to_evaluate(musdb_hq, "valid")) == ["Leaf - Summerghost"]
    assert names(songs_to_score(musdb_hq, "valid")) == ["Leaf - Summerghost"]


def test_songs_of_musdb18_hq_are_read_where_they_lie(musdb_hq):
    (song,) = songs_to_evaluate(musdb_hq)
    assert song.mixture_path == musdb_hq / "test" / "Gamma - Three" / "mixture.wav"
    assert song.stem_path("bass") == musdb_hq / "test" / "Gamma - Three" / "bass.wav"


@pytest.mark.parametrize("dataset", ["musdb", "musdb_hq"])
def test_a_part_of_a_dataset_is_a_folder_of_songs(dataset, request):
    folder = request.getfixturevalue(dataset) / "train"
    assert "Leaf - Summerghost" in names(songs_to_evaluate(folder))
    assert names(songs_to_score(folder)) == names(songs_to_evaluate(folder)) == sorted(names(songs_to_score(folder)))
    with pytest.raises(TrackError, match=rf"Got --subset test for .* Leave it out. Or name .*'{folder.parent}'"):
        songs_to_evaluate(folder, "test")


@pytest.mark.parametrize("find", [songs_to_evaluate, songs_to_score])
def test_a_folder_of_songs_has_no_subsets(find, two_songs):
    assert names(find(two_songs)) == ["Alpha", "Jokers, Jacks & Kings"]
    with pytest.raises(TrackError, match=r"Only a dataset has subsets. Got --subset valid .* Leave it out.$"):
        find(two_songs, "valid")


def test_a_song_of_a_subset_is_selected_by_its_name(musdb_hq):
    assert names(songs_to_evaluate(musdb_hq, "train", ["Beta - Two"])) == ["Beta - Two"]
    with pytest.raises(TrackError, match="one of the 2 in the folder. Got 'Beta'. Did you mean: Beta - Two"):
        songs_to_evaluate(musdb_hq, "train", ["Beta"])


def test_an_empty_subset_is_told_with_those_that_hold_songs(musdb):
    with pytest.raises(TrackError, match=r"'train' of .* Got none \(songs there: valid: 1, test: 1\).*--subset"):
        songs_to_evaluate(musdb, "train")
    with pytest.raises(TrackError, match="must be one of train, valid, test. Got 'dev'"):
        songs_to_evaluate(musdb, "dev")


def test_half_a_song_of_a_dataset_is_told(musdb_hq, caplog):
    (musdb_hq / "train" / "Alpha - One" / "mixture.wav").unlink()
    (musdb_hq / "train" / "Beta - Two" / "bass.wav").unlink()
    with caplog.at_level(logging.WARNING):
        (song,) = songs_to_evaluate(musdb_hq, "train")
        (scored,) = songs_to_score(musdb_hq, "train")
    assert (song.name, scored.name) == ("Beta - Two", "Alpha - One")
    assert "Left out 'Alpha - One': it has no mixture." in caplog.text
    assert "Left out 'Beta - Two': it has no bass." in caplog.text
    assert song.oddities() == ["It cannot be scored, since it lacks the true bass."]


def test_a_container_with_too_few_streams_is_refused_by_its_name(musdb):
    song = musdb / "test" / "Gamma - Three.stem.mp4"
    song.write_bytes(encode(np.zeros((2, 44_100), np.float32), 44_100, 64, QUICK_AAC))
    with pytest.raises(DatasetError, match="'Gamma - Three' cannot be used. .* with 1 streams"):
        songs_to_evaluate(musdb)


def test_the_folder_above_or_below_is_named_where_songs_are(musdb_hq, musdb, tmp_path):
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    musdb_hq.rename(shelf / "musdb18hq")
    wrong = {
        shelf: shelf / "musdb18hq",
        shelf / "musdb18hq" / "test" / "Gamma - Three": shelf / "musdb18hq" / "test",
        musdb / "test" / "Gamma - Three.stem.mp4": musdb / "test",
    }
    for named, meant in wrong.items():
        with pytest.raises(TrackError, match=f"Got '{named}' without any. Did you mean '{meant}'"):
            songs_to_evaluate(named)


def test_missing_and_empty_folders_say_how_to_get_songs(tmp_path):
    for find in (songs_to_evaluate, songs_to_score):
        with pytest.raises(TrackError, match="must exist. Got .*nothing.*mdx samples"):
            find(tmp_path / "nothing")
        with pytest.raises(TrackError, match="without any. Run `mdx samples`"):
            find(tmp_path)


def test_stems_without_a_mixture_can_be_scored_and_not_evaluated(labelnoise):
    assert [song.has_references for song in songs_to_score(labelnoise)] == [True]
    assert songs_to_score(labelnoise)[0].stem_path("bass").is_file()
    with pytest.raises(TrackError, match="must hold folders with mixture.wav"):
        songs_to_evaluate(labelnoise)
