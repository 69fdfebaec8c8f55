from __future__ import annotations

import pytest
import torch

from models.errors import MixtureError
from models.mixtures import check_mixture


def test_one_sample_is_enough():
    check_mixture(torch.zeros(2, 1))


@pytest.mark.parametrize("shape", [(2, 0), (1, 10), (3, 10), (10,), (1, 2, 10)])
def test_other_shapes_are_refused_with_the_shape(shape):
    with pytest.raises(MixtureError, match=r"shape \(2, samples\).*Got \("):
        check_mixture(torch.zeros(shape))


def test_integers_are_refused():
    with pytest.raises(MixtureError, match=r"floating point samples. Got torch\.int16"):
        check_mixture(torch.zeros(2, 10, dtype=torch.int16))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_not_finite_are_counted(value):
    mixture = torch.zeros(2, 10)
    mixture[0, :3] = value
    with pytest.raises(MixtureError, match="Got 3 that are NaN or infinite"):
        check_mixture(mixture)
