"""The score from inner products is the score of the audio; its gradient is its slope."""

import numpy as np
import pytest
import torch
from scipy.optimize import approx_fprime

from evaluator.blend_fit.products import inner_products, join_songs
from evaluator.metrics import BLOCK_SAMPLES, DELTA, sdr
from tests.evaluator.blend_fit.products_of_noise import random_products
from tests.separation.blend_separators import noise


@pytest.mark.parametrize("samples", [1, 4410, BLOCK_SAMPLES + 77])
def test_the_score_of_weights_is_that_of_the_blended_audio(samples):
    reference = noise(samples)
    estimates = [0.8 * reference + 0.3 * noise(samples, 1), 0.5 * reference + 0.1 * noise(samples, 2)]
    weights = np.array([0.7, -0.4])
    blended = 0.7 * estimates[0].double() - 0.4 * estimates[1].double()
    expected = sdr({"bass": reference.double()}, {"bass": blended})["bass"]
    assert inner_products(reference, estimates).decibels(weights) == pytest.approx([expected], abs=1e-9)


def test_an_exact_blend_of_a_long_song_scores_no_worse_than_rounding_lets_it():
    reference = noise(3 * BLOCK_SAMPLES)
    products = inner_products(reference, [reference, reference])
    perfect = 10 * np.log10(float(reference.double().square().sum()) / DELTA)
    assert products.decibels(np.array([0.25, 0.75])) == pytest.approx([perfect], abs=0.01)


def test_a_silent_stem_scores_by_what_leaks():
    products = inner_products(torch.zeros(2, 100), [torch.full((2, 100), 0.1)])
    assert products.decibels(np.array([0.0])) == pytest.approx([0.0])
    assert products.decibels(np.array([1.0])) == pytest.approx([-10 * np.log10(2 / DELTA)], rel=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_the_gradient_is_the_slope_of_the_mean_over_songs(seed):
    products = random_products(seed)
    weights = np.random.default_rng(seed).normal(size=3)
    numeric = approx_fprime(weights, products.mean_decibels, 1e-7)
    assert products.gradient(weights) == pytest.approx(numeric, rel=1e-4, abs=1e-5)


def test_songs_can_be_joined_chosen_and_their_bands_summed():
    one, other = random_products(1, songs=1, bands=2), random_products(2, songs=1, bands=2)
    joined = join_songs([one, other])
    weights = np.array([0.2, -0.3, 0.5])
    assert joined.chosen(np.array([False, True])).decibels(np.ones(6)) == other.decibels(np.ones(6))
    assert joined.summed(2).decibels(weights) == pytest.approx(joined.decibels(np.repeat(weights, 2)))
