"""Resampling by two equals julius."""

from __future__ import annotations

import math

import julius
import pytest
import torch

from models.demucs_resampling import downsample_by_two, upsample_by_two

LENGTHS = [2, 3, 51, 104, 4001]


def _noise(samples):
    return torch.randn(2, 3, samples, generator=torch.Generator().manual_seed(samples))


@pytest.mark.parametrize("samples", [1, *LENGTHS])
def test_doubling_the_rate_equals_julius(samples):
    expected = julius.resample_frac(_noise(samples), 1, 2)
    assert upsample_by_two(_noise(samples)).shape == expected.shape == (2, 3, 2 * samples)
    assert (upsample_by_two(_noise(samples)) - expected).abs().max() < 1e-6


@pytest.mark.parametrize("samples", LENGTHS)
def test_halving_the_rate_equals_julius(samples):
    expected = julius.resample_frac(_noise(samples), 2, 1)
    assert downsample_by_two(_noise(samples)).shape == expected.shape == (2, 3, samples // 2)
    assert (downsample_by_two(_noise(samples)) - expected).abs().max() < 1e-6


def test_a_tone_survives_the_way_up_and_down():
    tone = torch.sin(2 * math.pi * 1000 / 44100 * torch.arange(8000.0))[None, None]
    error = (downsample_by_two(upsample_by_two(tone)) - tone)[..., 200:-200]
    assert error.abs().max() < 1e-4


def test_constants_pass_unchanged():
    constant = torch.full((1, 1, 100), 0.7)
    assert torch.allclose(upsample_by_two(constant), torch.full((1, 1, 200), 0.7), atol=1e-6)
    assert torch.allclose(downsample_by_two(constant), torch.full((1, 1, 50), 0.7), atol=1e-6)


def test_a_signal_in_double_precision_stays_so():
    assert upsample_by_two(_noise(10).double()).dtype == torch.float64
