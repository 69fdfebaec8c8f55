"""Binary masks give a coefficient to who has the larger half of it, or half of the mixture as published code does."""

import pytest
import torch

from oracles.binary_masks import MajorityMask, MixtureThresholdMask
from tests.oracles.cases import coefficients


def test_the_larger_half_decides_in_magnitude_and_in_power():
    sources = torch.tensor([[4.0, 3, 1, 0], [3, 0, 1, 0], [0, 2.5, 1, 0]], dtype=torch.complex64)[:, None, None]
    magnitudes, powers = (MajorityMask(exponent)(sources, sources.sum(0))[:, 0, 0] for exponent in (1, 2))
    assert magnitudes.tolist() == [[1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert powers.tolist() == magnitudes.tolist()
    sources[0, ..., 0] = 2.9
    sources[2, ..., 0] = 0.5
    assert MajorityMask(1)(sources, sources.sum(0))[:, 0, 0, 0].tolist() == [0, 0, 0]
    assert MajorityMask(2)(sources, sources.sum(0))[:, 0, 0, 0].tolist() == [0, 1, 0]


def test_the_published_rule_may_give_a_coefficient_to_several_stems_or_to_none():
    sources = torch.tensor([[3, 1.0], [-2.5, 1], [0, 1]], dtype=torch.complex64)[:, None, None]
    masks = MixtureThresholdMask(1, floor=1e-7)(sources, sources.sum(dim=0))[:, 0, 0]
    assert masks.tolist() == [[1, 0], [1, 0], [0, 0]]
    nearly_half = torch.tensor([0.45, 0.55], dtype=torch.complex64)[:, None, None, None]
    assert MixtureThresholdMask(1, floor=1e-7)(nearly_half, nearly_half.sum(dim=0)).flatten().tolist() == [0, 1]


@pytest.mark.parametrize("exponent", [1, 2])
def test_no_coefficient_goes_to_two_stems(exponent):
    masks = MajorityMask(exponent)(*coefficients())
    assert set(masks.unique().tolist()) == {0, 1}
    assert masks.sum(dim=0).max() == 1
