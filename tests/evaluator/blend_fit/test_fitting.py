"""Stems together: what is left out is left out, and every system is scored on the songs in which a stem sounds."""

import json
import math

import numpy as np
import pytest

from audio import STEMS
from evaluator.blend_fit.fitting import (
    BEST,
    EQUAL,
    FITTED,
    LEFT_OUT,
    FitError,
    MeasuredSongs,
    fit_blend,
    leave_one_out,
)
from evaluator.blend_fit.products import StemProducts
from evaluator.blend_fit.solving import WeightRules, fit_weights
from evaluator.blend_fit.summary import as_evidence, gains, mean_scores
from tests.evaluator.blend_fit.products_of_noise import random_products

MEMBERS = ("first", "second", "third")


def measured(songs=7, silent=None, voiceless=None):
    """Return seeded products; one song's vocals may be silent, and one member may give no vocals."""
    givers = dict.fromkeys(STEMS, (0, 1, 2))
    products = {stem: random_products(seed, songs) for seed, stem in enumerate(STEMS)}
    if silent is not None:
        sounding = (np.arange(songs) != silent).astype(float)
        vocals = products["vocals"]
        products["vocals"] = StemProducts(vocals.energies * sounding, vocals.cross * sounding[:, None], vocals.gram)
    if voiceless is not None:
        givers["vocals"] = tuple(place for place in range(3) if place != voiceless)
        products["vocals"] = random_products(3, songs, members=2)
    return MeasuredSongs(tuple(f"Song {place}" for place in range(songs)), MEMBERS, givers, products)


def test_leave_one_out_is_a_fit_to_the_others_for_each_song():
    products, rules = random_products(5, songs=4), WeightRules()
    by_hand = []
    for song in range(4):
        others = [other for other in range(4) if other != song]
        weights = fit_weights(products.chosen(np.array(others)), rules).reshape(-1)
        by_hand.append(products.decibels(weights)[song])
    assert leave_one_out(products, rules) == pytest.approx(by_hand)


def test_every_stem_has_weights_and_scores_of_its_own():
    fit = fit_blend(measured())
    assert list(fit.scores) == [*MEMBERS, BEST, EQUAL, FITTED, LEFT_OUT]
    for column, stem in enumerate(STEMS):
        products = fit.measured.products[stem]
        assert fit.weights[stem] == pytest.approx(fit_weights(products, fit.rules))
        scores = {name: matrix.values[:, column] for name, matrix in fit.scores.items()}
        assert scores["second"] == pytest.approx(products.decibels(np.array([0, 1, 0])))
        assert scores[EQUAL] == pytest.approx(products.decibels(np.full(3, 1 / 3)))
        assert scores[FITTED] == pytest.approx(products.decibels(fit.weights[stem].reshape(-1)))
        assert scores[LEFT_OUT] == pytest.approx(leave_one_out(products, fit.rules))
        assert scores[BEST].mean() == max(scores[member].mean() for member in MEMBERS)
        assert scores[FITTED].mean() >= max(scores[BEST].mean(), scores[EQUAL].mean(), scores[LEFT_OUT].mean())


def test_a_song_in_which_a_stem_is_silent_changes_nothing_for_this_stem():
    fit = fit_blend(measured(silent=2))
    others = fit.measured.products["vocals"].chosen(np.arange(7) != 2)
    assert fit.weights["vocals"] == pytest.approx(fit_weights(others, fit.rules))
    for matrix in fit.scores.values():
        assert np.argwhere(np.isnan(matrix.values)).tolist() == [[2, STEMS.index("vocals")]]
    assert as_evidence(fit)["silent"] == {"vocals": ["Song 2"]}


def test_a_member_without_a_stem_has_no_weight_and_no_score_for_it():
    fit = fit_blend(measured(voiceless=1))
    assert fit.weights["vocals"][1] == 0
    assert np.isnan(fit.scores["second"].values[:, STEMS.index("vocals")]).all()
    equal = fit.measured.products["vocals"].decibels(np.array([0.5, 0.5]))
    assert fit.scores[EQUAL].values[:, STEMS.index("vocals")] == pytest.approx(equal)


def test_a_stem_that_no_song_has_is_refused_with_its_name():
    with pytest.raises(FitError, match=r"Got 'vocals', which is silent in Song 0\. Add a song in which it sounds"):
        fit_blend(measured(songs=1, silent=0))


def test_one_song_leaves_nothing_out():
    fit = fit_blend(measured(songs=1))
    assert np.isnan(fit.scores[LEFT_OUT].values).all()
    evidence = as_evidence(fit)
    assert evidence["scores"][LEFT_OUT] == evidence["gains_on_songs_left_out"][BEST] == {}
    assert evidence["scores"][FITTED]["bass"]["standard_error"] is None
    json.dumps(evidence, allow_nan=False)


def test_means_have_the_standard_error_of_their_songs():
    fit = fit_blend(measured(silent=2))
    means = mean_scores(fit)[FITTED]
    vocals = np.delete(fit.scores[FITTED].values[:, STEMS.index("vocals")], 2)
    assert means["vocals"].value == pytest.approx(vocals.mean())
    assert means["vocals"].standard_error == pytest.approx(vocals.std(ddof=1) / math.sqrt(6))
    assert (means["vocals"].songs, means["bass"].songs) == (6, 7)
    assert means["mean"].value == pytest.approx(np.mean([means[stem].value for stem in STEMS]))


def test_gains_are_those_of_the_songs_left_out():
    fit = fit_blend(measured())
    means, found = mean_scores(fit), gains(fit)
    for name in (BEST, EQUAL, FITTED):
        assert found[name]["mean"].value == pytest.approx(means[LEFT_OUT]["mean"].value - means[name]["mean"].value)
        assert found[name]["mean"].low <= found[name]["mean"].value <= found[name]["mean"].high
    assert found[FITTED]["mean"].value < 0
    evidence = as_evidence(fit)["gains_on_songs_left_out"]
    assert list(evidence) == [BEST, EQUAL]
    assert evidence[EQUAL]["bass"]["mean"] == pytest.approx(found[EQUAL]["bass"].value, abs=5e-4)
