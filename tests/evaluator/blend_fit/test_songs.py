"""Estimates of songs become products that score as the challenge does."""

import numpy as np
import pytest

from audio import STEMS, read_audio
from audio.stems import ACCOMPANIMENT
from evaluator.blend_fit.members import Member
from evaluator.blend_fit.songs import measure_songs
from evaluator.known_songs import find_songs
from evaluator.metrics import sdr
from separation import Plan
from separation.blend_plan import BlendError
from tests.separation.blend_separators import Scaled, quarters


def test_the_products_score_weights_as_the_challenge_scores_the_audio(two_songs):
    loud = Scaled({**quarters(), "vocals": 0.6})
    duet = Scaled({"vocals": 0.1, ACCOMPANIMENT: 0.9})
    members = [Member(name, Plan(model="classical"), one) for name, one in (("loud", loud), ("duet", duet))]
    done = []
    tracks = find_songs([two_songs])
    measured = measure_songs(tracks, members, on_song=done.append)
    assert done == ["Alpha", "Alpha", "Jokers, Jacks & Kings", "Jokers, Jacks & Kings"]
    assert (measured.songs, measured.members) == (tuple(track.name for track in tracks), ("loud", "duet"))
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
