"""Masks for stereo spectra: they add up to the mixture, and their error is what applying them leaves."""

from __future__ import annotations

import pytest
import torch

from models.parts.frequency_bands import FrequencyBands
from models.parts.stereo_masks import ErrorTerms, balanced, masked, view_powers
from tests.models.parts.spread_bands import spread

BANDS = FrequencyBands(((4, 1), (3, 2), (2, 3)), 18)


def spectrum(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.complex(
        torch.randn(*shape, generator=generator, dtype=torch.float64),
        torch.randn(*shape, generator=generator, dtype=torch.float64),
    )


@pytest.fixture
def shares():
    outputs = torch.randn(2, 3, 4, BANDS.count, 5, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    return balanced(outputs)


def test_the_estimates_of_all_stems_add_up_to_the_mixture(shares):
    mixture = spectrum(2, 2, BANDS.bins, 5)
    torch.testing.assert_close(masked(shares, mixture, BANDS).sum(dim=1), mixture)


def test_own_shares_lie_between_zero_and_one_and_cross_shares_add_up_to_nothing(shares):
    own, cross = shares.chunk(2, dim=2)
    assert own.min() > 0
    torch.testing.assert_close(own.sum(dim=1), torch.ones_like(own[:, 0]))
    torch.testing.assert_close(cross.sum(dim=1), torch.zeros_like(cross[:, 0]), atol=1e-12, rtol=0)


def test_cross_shares_take_from_the_other_channel():
    shares = torch.zeros(1, 1, 4, BANDS.count, 1, dtype=torch.float64)
    shares[:, :, 2] = 0.25  # the left estimate takes a quarter of the right channel
    mixture = spectrum(1, 2, BANDS.bins, 1)
    estimate = masked(shares, mixture, BANDS)[0, 0]
    torch.testing.assert_close(estimate[0], 0.25 * mixture[0, 1])
    assert estimate[1].abs().max() == 0


def test_masks_of_whole_bands_are_those_that_were_spread_to_bins(shares):
    mixture = spectrum(2, 2, BANDS.bins, 5)
    own, cross = spread(BANDS, shares).chunk(2, dim=2)
    expected = own * mixture[:, None] + cross * mixture.flip(1)[:, None]
    torch.testing.assert_close(masked(shares, mixture, BANDS), expected)


def test_the_squared_error_is_that_of_the_masked_spectrum(shares):
    mixture, stems = spectrum(2, 2, BANDS.bins, 5), spectrum(2, 3, 2, BANDS.bins, 5, seed=2)
    expected = BANDS.pooled((stems - masked(shares, mixture, BANDS)).abs().square())
    torch.testing.assert_close(ErrorTerms.of(stems, mixture, BANDS).squared_errors(shares), expected)


def test_terms_of_single_items_are_joined_to_those_of_the_batch():
    mixture, stems = spectrum(2, 2, BANDS.bins, 5), spectrum(2, 3, 2, BANDS.bins, 5, seed=2)
    whole = ErrorTerms.of(stems, mixture, BANDS)
    parts = zip(stems.split(1), mixture.split(1), strict=True)
    joined = ErrorTerms.joined([ErrorTerms.of(true, mixed, BANDS) for true, mixed in parts])
    for name, value in vars(whole).items():
        torch.testing.assert_close(getattr(joined, name), value)


@pytest.mark.parametrize("level", [1e-3, 1.0, 1e3])
def test_float32_knows_errors_down_to_60_db_below_the_mixture_at_any_level(level):
    mixture = (level * spectrum(1, 2, BANDS.bins, 5)).to(torch.complex64)
    shares = torch.full((1, 1, 4, BANDS.count, 5), 0.0)
    shares[:, :, :2] = 1.0 - 1e-3
    found = ErrorTerms.of(mixture[:, None], mixture, BANDS).squared_errors(shares)
    expected = 1e-6 * BANDS.pooled(mixture.abs().square())
    torch.testing.assert_close(found[:, 0], expected, rtol=0.5, atol=0)


def test_an_exact_estimate_has_no_error():
    shares = torch.zeros(1, 1, 4, BANDS.count, 3, dtype=torch.float64)
    shares[:, :, :2] = 1.0
    mixture = spectrum(1, 2, BANDS.bins, 3)
    errors = ErrorTerms.of(mixture[:, None], mixture, BANDS).squared_errors(shares)
    assert errors.min() >= 0
    assert errors.max() < 1e-12


def test_view_powers_are_means_over_bins_of_left_right_half_their_sum_and_half_their_difference():
    mixture = spectrum(1, 2, BANDS.bins, 2)
    left, right = mixture[0, :, 13:16]
    expected = [view.abs().square().mean(dim=0) for view in (left, right, (left + right) / 2, (left - right) / 2)]
    torch.testing.assert_close(view_powers(mixture, BANDS)[0, :, -1], torch.stack(expected))


def test_the_side_of_a_nearly_monaural_sound_is_exact_in_float32():
    left = 10 * spectrum(1, 1, BANDS.bins, 2)
    mixture = torch.cat([left, left * (1 + 1e-4)], dim=1).to(torch.complex64)
    side = view_powers(mixture, BANDS)[:, 3]
    torch.testing.assert_close(side, view_powers(mixture.to(torch.complex128), BANDS)[:, 3].float(), rtol=1e-4, atol=0)
