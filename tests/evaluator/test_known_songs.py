"""Songs with known stems are found wherever they lie, and read whole or refused."""

import pytest
import torch

from audio import STEMS, AudioError
from evaluator.known_songs import find_songs, load_song
from evaluator.tracks import TrackError


def names(tracks):
    return [track.name for track in tracks]


def test_songs_are_single_ones_folders_of_them_and_datasets(two_songs, musdb, musdb_hq, labelnoise):
    assert names(find_songs([two_songs / "Alpha", musdb_hq])) == ["Alpha", "Gamma - Three"]
    assert names(find_songs([two_songs, labelnoise])) == ["Alpha", "Jokers, Jacks & Kings", "0f1e-22"]
    assert names(find_songs([musdb], "valid")) == ["Leaf - Summerghost"]
    with pytest.raises(TrackError, match=r"different names: .*Got 'Gamma - Three' in .* Name it once, or rename it"):
        find_songs([musdb, musdb_hq])
    with pytest.raises(TrackError, match="must exist"):
        find_songs([two_songs / "Beta"])


def test_a_mixture_is_its_file_or_the_sum_of_the_stems(two_songs, musdb, labelnoise):
    for folder in (two_songs, musdb, labelnoise):
        track = find_songs([folder])[0]
        song = load_song(track)
        total = torch.stack([song.references[stem] for stem in STEMS]).sum(dim=0)
        torch.testing.assert_close(song.mixture, total, rtol=0, atol=1e-4)
        assert torch.equal(song.mixture, total) is not track.has_mixture
        track.close()


def test_files_of_different_length_are_refused_with_their_forms(two_songs, make_track):
    make_track(two_songs / "longer", samples=5000)
    (two_songs / "longer" / "bass.wav").replace(two_songs / "Alpha" / "bass.wav")
    with pytest.raises(AudioError, match=r"one length\. Got 44100 Hz with 4410 samples, 44100 Hz with 5000 samples in"):
        load_song(find_songs([two_songs / "Alpha"])[0])
