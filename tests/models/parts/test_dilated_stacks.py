"""Stacks of dilated convolutions: lengths, reach, and what their units compute."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as functional

from models.parts.dilated_stacks import (
    GatedUnit,
    RectifiedUnit,
    ResidualStack,
    SkipStack,
    doubling_dilations,
    reach_of,
)
from models.seeding import seeded_torch


def features(samples, channels=4):
    return torch.randn(2, channels, samples, generator=torch.Generator().manual_seed(0))


def test_dilations_double_in_each_stack_anew():
    assert doubling_dilations(2, 4) == (1, 2, 4, 8, 1, 2, 4, 8)
    assert reach_of((1, 2, 4, 8), 25, 3) == 15 + 12 + 1


def test_a_gated_unit_multiplies_a_tanh_by_a_sigmoid():
    unit, sound = GatedUnit(4, 3), features(20)
    content = functional.conv1d(sound, unit.content.weight, unit.content.bias, dilation=3)
    gate = functional.conv1d(sound, unit.gate.weight, unit.gate.bias, dilation=3)
    assert torch.allclose(unit(sound), content.tanh() * gate.sigmoid())
    assert unit(sound).shape == (2, 4, 14)


@pytest.mark.parametrize("slope", [0.0, 0.01])
def test_a_rectified_unit_rectifies_before_and_after(slope):
    unit, sound = RectifiedUnit(4, 2, slope), features(20)
    inner = torch.where(sound > 0, sound, slope * sound)
    outer = functional.conv1d(inner, unit.convolution.weight, unit.convolution.bias, dilation=2)
    assert torch.allclose(unit(sound), torch.where(outer > 0, outer, slope * outer), atol=1e-6)


def test_a_residual_stack_of_silent_units_passes_the_middle():
    stack = ResidualStack([RectifiedUnit(4, dilation, 0.0) for dilation in (1, 2)], 4)
    for residual in stack.residuals:
        torch.nn.init.zeros_(residual.weight)
        torch.nn.init.zeros_(residual.bias)
    sound = features(20)
    assert torch.equal(stack(sound), sound[..., 3:-3])


def test_skips_of_all_units_add_up_in_the_middle():
    with seeded_torch(0):
        stack = SkipStack([GatedUnit(4, dilation) for dilation in (1, 2)], 4, 6)
    sound = features(20)
    first = stack.units[0](sound)
    second = stack.units[1](stack.residuals[0](first) + sound[..., 1:-1])
    expected = stack.skips[0](first)[..., 4:-4] + stack.skips[1](second)[..., 2:-2]
    assert torch.allclose(stack(sound, 10), expected, atol=1e-6)
    assert len(stack.residuals) == 1


def test_a_stack_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one unit"):
        SkipStack([], 4, 6)(features(20), 10)
