"""Ratio masks are the shares that a hand computes, and add up to one."""

import pytest
import torch

from oracles.masking import Masked
from oracles.ratio_masks import RatioMask
from tests.oracles.cases import coefficients, estimates_of, short_song


def test_the_shares_are_those_computed_by_hand():
    sources = torch.tensor([3 + 4j, 10j, -5.0, 0]).reshape(4, 1, 1, 1)
    mixture = sources.sum(dim=0)
    magnitudes, powers = (RatioMask(exponent)(sources, mixture).flatten() for exponent in (1, 2))
    torch.testing.assert_close(magnitudes, torch.tensor([5 / 20, 10 / 20, 5 / 20, 0.0]))
    torch.testing.assert_close(powers, torch.tensor([25 / 150, 100 / 150, 25 / 150, 0.0]))
    estimates = Masked(RatioMask(1))(sources, mixture).flatten()
    torch.testing.assert_close(estimates, torch.tensor([0.25, 0.5, 0.25, 0.0]) * (-2 + 14j))


@pytest.mark.parametrize("exponent", [1, 2])
def test_masks_lie_between_0_and_1_and_add_up_to_1(exponent):
    masks = RatioMask(exponent)(*coefficients())
    assert masks.min() >= 0
    assert masks.max() <= 1
    torch.testing.assert_close(masks.sum(dim=0), torch.ones_like(masks[0]))


@pytest.mark.parametrize("exponent", [1, 2])
def test_the_estimates_of_a_song_add_up_to_its_mixture(exponent):
    stems, mixture = short_song()
    total = sum(estimates_of(Masked(RatioMask(exponent)), stems, mixture).values())
    torch.testing.assert_close(total, mixture, rtol=0, atol=2e-6)
