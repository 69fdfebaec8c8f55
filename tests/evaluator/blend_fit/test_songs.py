"""Songs with known stems, wherever they lie, become products that score as the challenge does."""

import numpy as np
import pytest
import torch

from audio import STEMS, AudioError, read_audio
from audio.stems import ACCOMPANIMENT
from evaluator.blend_fit.fitting import FitError
from evaluator.blend_fit.members import Member
from evaluator.blend_fit.songs import find_songs, load_song, measure_songs
from evaluator.metrics import sdr
from evaluator.tracks import TrackError
from separation import Plan
from separation.blend_plan import BlendError
from tests.separation.blend_separators import Scaled, quarters


def names(tracks):
    return [track.name for track in tracks]


def test_songs_are_single_ones_folders_of_them_and_datasets(two_songs, musdb, musdb_hq, labelnoise):
    assert names(find_songs([two_songs / "Alpha", musdb_hq])) == ["Alpha", "Gamma - Three"]
    assert names(find_songs([two_songs, labelnoise])) == ["Alpha", "Jokers, Jacks & Kings", "0f1e-22"]
    assert names(find_songs([musdb], "valid")) == ["Leaf - Summerghost"]
    with pytest.raises(FitError, match=r"different names: .*Got 'Gamma - Three' in .* Name it once, or rename it"):
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


def test_the_products_score_weights_as_the_challenge_scores_the_audio(two_songs):
    loud = Scaled({**quarters(), "vocals": 0.6})
    duet = Scaled({"vocals": 0.1, ACCOMPANIMENT: 0.9})
    members = [Member(name, Plan(model="classical"), one) for name, one in (("loud", loud), ("duet", duet))]
    done = []
    tracks = find_songs([two_songs])
    measured = measure_songs(tracks, members, on_song=done.append)
    assert done == ["Alpha", "Alpha", "Jokers, Jacks & Kings", "Jokers, Jacks & Kings"]
    assert (measured.songs, measured.members) == (tuple(names(tracks)), ("loud", "duet"))
    assert measured.givers == {"bass": (0,), "drums": (0,), "other": (0,), "vocals": (0, 1)}
    assert (loud.runs, duet.runs) == (2, 2)
    for place, track in enumerate(tracks):
        mixture, vocals = (read_audio(track.folder / f"{stem}.wav").samples.double() for stem in ("mixture", "vocals"))
        expected = sdr({"vocals": vocals}, {"vocals": (0.5 * 0.6 + 2 * 0.1) * mixture})["vocals"]
        scores = measured.products["vocals"].decibels(np.array([0.5, 2.0]))
        assert scores[place] == pytest.approx(expected, abs=1e-5)


def test_the_bands_of_an_estimate_are_neighbouring_columns_that_sum_to_it(two_songs):
    loud, quiet = Scaled(quarters()), Scaled(dict.fromkeys(STEMS, 0.1))
    members = [Member(name, Plan(model="classical"), one) for name, one in (("loud", loud), ("quiet", quiet))]
    tracks = find_songs([two_songs])
    whole, cut = measure_songs(tracks, members), measure_songs(tracks, members, (500.0, 4000.0))
    assert (whole.bands_hz, cut.bands_hz) == ((), (500.0, 4000.0))
    assert cut.products["bass"].cross.shape == (2, 6)
    summed = cut.products["bass"].summed(3)
    assert summed.gram == pytest.approx(whole.products["bass"].gram, rel=1e-5)
    assert summed.cross == pytest.approx(whole.products["bass"].cross, rel=1e-5, abs=1e-3)
    with pytest.raises(BlendError, match=r"below half of the sample rate\. Got 30000 Hz at 44100 Hz\. Lower .*--bands"):
        measure_songs(tracks, members, (500.0, 30_000.0))
