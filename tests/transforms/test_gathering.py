"""Weighted copies and their sums, each the other's gradient."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.transforms.signals import noise
from transforms.gathering import Gathering

BIN_OF_PLACE = np.array([3, 0, 1, 2, 2, 3, 3, 0])
IS_WEIGHTED = np.array([True, True, True, False, True, True, True, True])
GATHERING = Gathering(BIN_OF_PLACE, IS_WEIGHTED, 4)
WEIGHTS = noise(8, 2) * torch.from_numpy(IS_WEIGHTED).unsqueeze(-1)


def complex_noise(*shape, seed=0):
    return torch.view_as_complex(noise(*shape, 2, seed=seed))


def test_each_place_holds_its_bins_value_times_its_weights():
    values = complex_noise(3, 4)
    expected = torch.view_as_complex(torch.view_as_real(values[:, BIN_OF_PLACE]) * WEIGHTS)
    torch.testing.assert_close(GATHERING.spread(values, WEIGHTS), expected)


def test_each_bin_holds_the_sum_of_its_places_times_their_weights():
    values = complex_noise(2, 3, 8)
    weighted = torch.view_as_complex(torch.view_as_real(values) * WEIGHTS)
    expected = torch.zeros(2, 3, 4, dtype=torch.complex128).index_add(-1, torch.from_numpy(BIN_OF_PLACE), weighted)
    torch.testing.assert_close(GATHERING.collect(values, WEIGHTS), expected)


@pytest.mark.parametrize(("direction", "length"), [(GATHERING.spread, 4), (GATHERING.collect, 8)])
def test_gradients_are_right_and_inputs_unchanged(direction, length):
    values = complex_noise(2, length).requires_grad_()
    before = values.detach().clone()
    assert torch.autograd.gradcheck(lambda given: direction(given, WEIGHTS), (values,))
    assert torch.equal(values, before)
