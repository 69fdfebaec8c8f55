"""Masks for stereo spectra: they add up to the mixture, and their error is what applying them leaves."""

from __future__ import annotations

import pytest
import torch

from models.frequency_bands import FrequencyBands
from models.stereo_masks import BandPowers, balanced, masked, squared_errors

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


def test_the_squared_error_is_that_of_the_masked_spectrum(shares):
    mixture, stems = spectrum(2, 2, BANDS.bins, 5), spectrum(2, 3, 2, BANDS.bins, 5, seed=2)
    left_over = (stems - masked(shares, mixture, BANDS)).abs().square()
    expected = BANDS.pooled(left_over)
    torch.testing.assert_close(squared_errors(shares, stems, mixture, BANDS), expected)


def test_an_exact_estimate_has_no_error():
    shares = torch.zeros(1, 1, 4, BANDS.count, 3, dtype=torch.float64)
    shares[:, :, :2] = 1.0
    mixture = spectrum(1, 2, BANDS.bins, 3)
    errors = squared_errors(shares, mixture[:, None], mixture, BANDS)
    assert errors.min() >= 0
    assert errors.max() < 1e-12


def test_band_powers_are_means_over_bins_of_powers_and_of_the_real_cross_power():
    mixture = spectrum(1, 2, BANDS.bins, 2)
    powers = BandPowers.of(mixture, BANDS)
    in_last_band = mixture[0, :, 13:16]
    torch.testing.assert_close(powers.left[0, -1], in_last_band[0].abs().square().mean(dim=0))
    torch.testing.assert_close(powers.right[0, -1], in_last_band[1].abs().square().mean(dim=0))
    cross = (in_last_band[0] * in_last_band[1].conj()).real.mean(dim=0)
    torch.testing.assert_close(powers.cross[0, -1], cross)
