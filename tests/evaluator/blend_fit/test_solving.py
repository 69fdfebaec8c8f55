"""The weights that are found: never worse than what needs no fit, inside the rules, and the right ones where known."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize, nnls

from evaluator.blend_fit.products import StemProducts
from evaluator.blend_fit.solving import WeightRules, fit_weights, least_squares, plain_weights
from tests.evaluator.blend_fit.products_of_noise import products_of, random_products

EVERY_RULE = [WeightRules(*flags, bands) for *flags, bands in itertools.product((True, False), (True, False), (1, 3))]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, 8), st.integers(2, 4), st.sampled_from(EVERY_RULE))
def test_a_fitted_blend_is_never_worse_on_its_songs_than_any_member_equal_weights_or_least_squares(
    seed, songs, members, rules
):
    products = random_products(seed, songs, members, rules.bands)
    weights = fit_weights(products, rules)
    assert weights.shape == (members, rules.bands)
    reached = products.mean_decibels(weights.reshape(-1))
    rivals = [*plain_weights(members, rules.bands), least_squares(products, rules, np.ones(songs))]
    assert reached >= max(map(products.mean_decibels, rivals))
    if rules.non_negative:
        assert weights.min() >= 0
    if rules.sum_to_one:
        assert weights.sum(axis=0) == pytest.approx(1)


@pytest.mark.parametrize("rules", EVERY_RULE)
def test_the_weights_of_an_exact_blend_are_recovered(rules):
    random = np.random.default_rng(3)
    estimates = random.normal(size=(4, 3 * rules.bands, 60)) * np.array([1, 0.1, 5, 0.5])[:, None, None]
    true = np.repeat([0.5, 0.2, 0.3], rules.bands)
    products = products_of(np.einsum("k,skt->st", true, estimates), estimates)
    assert fit_weights(products, rules).reshape(-1) == pytest.approx(true, abs=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_no_step_inside_the_rules_leads_higher(seed):
    products = random_products(seed, songs=6)
    for rules in EVERY_RULE[::2]:
        weights = fit_weights(products, rules).reshape(-1)
        steps = np.random.default_rng(seed).normal(size=(200, 3)) * 1e-3
        if rules.sum_to_one:
            steps -= steps.mean(axis=1, keepdims=True)
        near = [weights + step for step in steps if not rules.non_negative or (weights + step >= 0).all()]
        assert max(map(products.mean_decibels, near)) <= products.mean_decibels(weights) + 1e-7


@pytest.mark.parametrize(("seed", "songs"), [(26, 8), (27, 8), (3, 5)])
def test_no_other_start_leads_higher(seed, songs):
    """The first two have maxima that least squares over all songs does not lead to."""
    products, rules = random_products(seed, songs, members=4), WeightRules()
    reached = products.mean_decibels(fit_weights(products, rules).reshape(-1))
    for start in np.abs(np.random.default_rng(seed).normal(size=(15, 4))):
        end = minimize(
            lambda w: -products.mean_decibels(w),
            start,
            jac=lambda w: -products.gradient(w),
            method="L-BFGS-B",
            bounds=[(0, None)] * 4,
        )
        assert -end.fun <= reached + 1e-5


def test_least_squares_is_the_closed_form_and_with_bounds_what_scipys_own_solver_finds():
    random = np.random.default_rng(0)
    references, estimates = random.normal(size=(3, 40)), random.normal(size=(3, 4, 40))
    rows, target = estimates.transpose(0, 2, 1).reshape(-1, 4), references.reshape(-1)
    products, counts = products_of(references, estimates), np.ones(3)
    free = least_squares(products, WeightRules(non_negative=False), counts)
    assert free == pytest.approx(np.linalg.lstsq(rows, target, rcond=None)[0])
    bounded = least_squares(products, WeightRules(), counts)
    assert bounded == pytest.approx(nnls(rows, target)[0], abs=1e-6)
    assert free.min() < 0
    assert bounded.min() == pytest.approx(0)


def test_the_mean_of_decibels_lets_a_quiet_song_count_as_much_as_a_loud_one():
    random = np.random.default_rng(1)
    estimates = random.normal(size=(2, 2, 1000))
    # In the loud song the first member is right, in the quiet one the second, each up to an error.
    references = np.stack([estimates[0, 0], 0.01 * estimates[1, 1]]) + random.normal(size=(2, 1000)) * [[0.3], [0.003]]
    estimates[1] *= 0.01
    products, rules = products_of(references, estimates), WeightRules(sum_to_one=True)
    loudest_wins = least_squares(products, rules, np.ones(2))
    assert loudest_wins == pytest.approx([1, 0], abs=0.01)
    fitted = fit_weights(products, rules).reshape(-1)
    assert products.mean_decibels(fitted) > products.mean_decibels(loudest_wins)


def test_members_that_agree_or_say_nothing_are_no_trouble():
    estimates = np.random.default_rng(2).normal(size=(3, 3, 50))
    estimates[:, 1], estimates[:, 2] = estimates[:, 0], 0
    products = products_of(0.5 * estimates[:, 0], estimates)
    for rules in (WeightRules(), WeightRules(non_negative=False)):
        weights = fit_weights(products, rules).reshape(-1)
        assert weights[:2].sum() == pytest.approx(0.5, abs=1e-4)
    silent = StemProducts(np.ones(2), np.zeros((2, 2)), np.zeros((2, 2, 2)))
    assert np.isfinite(fit_weights(silent, WeightRules(sum_to_one=True))).all()
