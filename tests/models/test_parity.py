"""Agreement of two outputs in decibels."""

from __future__ import annotations

import math

import pytest
import torch

from models.parity import Parity, compare


def test_equal_outputs_agree_without_bound_silent_ones_too():
    assert compare(torch.ones(2, 3), torch.ones(2, 3)) == Parity(0.0, math.inf)
    assert compare(torch.zeros(3), torch.zeros(3)).holds


def test_an_error_of_a_thousandth_is_60_db():
    parity = compare(torch.ones(4, dtype=torch.float64), torch.full((4,), 1.001, dtype=torch.float64))
    assert parity.decibels == pytest.approx(60.0, abs=1e-6)
    assert parity.max_abs_error == pytest.approx(0.001)


@pytest.mark.parametrize(
    ("original", "other"),
    [
        (torch.ones(3), torch.full((3,), math.nan)),
        (torch.ones(3), torch.full((3,), math.inf)),
        (torch.full((3,), math.nan), torch.ones(3)),
        (torch.zeros(3), torch.full((3,), 1e-9)),
        (torch.ones(3), torch.ones(4)),
    ],
)
def test_nonsense_never_agrees(original, other):
    assert not compare(original, other).holds
