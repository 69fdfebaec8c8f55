"""Songs are found, selected by whole names, and offered without their references."""

import logging

import pytest

from audio import AudioError
from evaluator.tracks import TrackError, copy_mixtures, discover_tracks, offer_tracks


def test_songs_come_sorted_and_strays_are_left_out_with_a_warning(two_songs, caplog):
    (two_songs / ".ipynb_checkpoints").mkdir()
    (two_songs / "Zebra").mkdir()
    (two_songs / "notes.txt").write_text("")
    (two_songs / ".DS_Store").write_text("")
    with caplog.at_level(logging.WARNING):
        tracks = discover_tracks(two_songs)
    assert [track.name for track in tracks] == ["Alpha", "Jokers, Jacks & Kings"]
    assert "Zebra" in caplog.text
    assert ".ipynb_checkpoints" in caplog.text
    assert "notes.txt" in caplog.text
    assert ".DS_Store" not in caplog.text


def test_a_name_with_commas_selects_its_song(two_songs):
    tracks = discover_tracks(two_songs, ["Jokers, Jacks & Kings"])
    assert [track.name for track in tracks] == ["Jokers, Jacks & Kings"]


def test_a_wrong_name_is_an_error_that_shows_the_nearest(two_songs):
    with pytest.raises(
        TrackError, match=r"one of the 2 in the folder. Got 'Jokers'. Did you mean: Jokers, Jacks & Kings"
    ):
        discover_tracks(two_songs, ["Alpha", "Jokers"])


def test_the_duration_is_read_from_the_header(two_songs):
    assert discover_tracks(two_songs)[0].duration_seconds() == pytest.approx(0.1)


def test_a_pointer_instead_of_a_mixture_is_refused(two_songs):
    (two_songs / "Alpha" / "mixture.wav").write_text("version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(AudioError, match=r"mixture of 'Alpha' must be a readable WAV.*git lfs pull"):
        discover_tracks(two_songs)[0].duration_seconds()


def test_offered_songs_hold_the_mixture_and_nothing_else(two_songs, tmp_path):
    tracks = discover_tracks(two_songs)
    (tmp_path / "copies").mkdir()
    copy_mixtures(tracks, tmp_path / "copies")
    offer_tracks(tracks, tmp_path / "copies", tmp_path / "offered")
    for track in tracks:
        offered = tmp_path / "offered" / track.name
        assert [file.name for file in offered.iterdir()] == ["mixture.wav"]
        assert (offered / "mixture.wav").read_bytes() == track.mixture_path.read_bytes()


def test_references_are_known_only_when_all_four_are_there(two_songs):
    assert all(track.has_references for track in discover_tracks(two_songs))
    (two_songs / "Alpha" / "bass.wav").unlink()
    assert [track.has_references for track in discover_tracks(two_songs)] == [False, True]
