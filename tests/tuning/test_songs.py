"""Songs are whole or refused, and known by their sound."""

import pytest
import torch

from audio import STEMS
from tuning.errors import TuningError
from tuning.songs import find_songs


def test_a_dataset_gives_its_validation_songs_and_a_folder_its_one_song(musdb_hq, make_track, tmp_path):
    single = make_track(tmp_path / "Single")
    songs = find_songs([musdb_hq, single])
    assert [song.name for song in songs] == ["Leaf - Summerghost", "Single"]


def test_a_song_without_a_mixture_is_the_sum_of_its_stems(make_track, tmp_path):
    folder = make_track(tmp_path / "Song")
    (folder / "mixture.wav").unlink()
    (song,) = find_songs([folder])
    mixture, stems = song.read()
    assert set(stems) == set(STEMS)
    assert torch.equal(mixture, torch.stack(list(stems.values())).sum(dim=0))


def test_a_fingerprint_follows_the_sound_and_not_the_folder(make_track, tmp_path):
    first, copy, other = (make_track(tmp_path / name, seed=seed) for name, seed in (("A", 1), ("B", 1), ("C", 2)))
    prints = [find_songs([folder])[0].fingerprint() for folder in (first, copy, other)]
    assert prints[0] == prints[1] != prints[2]


def test_songs_that_cannot_be_scored_or_told_apart_are_refused(make_track, tmp_path):
    folder = make_track(tmp_path / "Song")
    with pytest.raises(TuningError, match="must be named once. Got 'Song' twice"):
        find_songs([folder, folder])
    (folder / "drums.wav").unlink()
    with pytest.raises(TuningError, match="'Song' must have the true stems .* Got it without drums"):
        find_songs([folder])
