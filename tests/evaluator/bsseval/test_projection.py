"""Distortion filters are those that made the estimate, and nearest to it where references are collinear."""

from __future__ import annotations

import pytest
import torch

from evaluator.bsseval.correlations import lagged_correlations
from evaluator.bsseval.projection import distortion_filters, normal_equations
from evaluator.bsseval.signals import Signals

TAPS, SAMPLES = 12, 3_000


def delayed_copies(channels):
    """The columns that filters weigh, shape (samples, channels * taps), each channel's delays side by side."""
    padded = torch.nn.functional.pad(channels, (TAPS - 1, 0))
    return padded.unfold(-1, TAPS, 1).flip(-1).permute(1, 0, 2).flatten(1)


def filters_for(channels, estimates):
    signals = [Signals([x], torch.device("cpu")) for x in (channels, estimates)]
    own, cross = (lagged_correlations(signals[0], other, TAPS)[0, :, 0] for other in signals)
    return distortion_filters(normal_equations(own), cross)


@pytest.fixture
def channels():
    noise = torch.randn(2, SAMPLES, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    noise[:, -TAPS:] = 0.0  # The filters' tail stays inside.
    return noise


def test_filters_that_made_an_estimate_are_found(channels):
    made_by = torch.randn(2, 2 * TAPS, dtype=torch.float64)
    found = filters_for(channels, (delayed_copies(channels) @ made_by.T).T)
    torch.testing.assert_close(found, made_by.view(2, 2, TAPS), atol=1e-9, rtol=0)


@pytest.mark.parametrize("second", [1.0, -0.3, 0.0])
def test_a_channel_that_says_nothing_new_changes_no_projection(channels, second):
    estimates = torch.randn(1, SAMPLES, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    estimates[:, -TAPS:] = 0.0
    alone, twice = channels[:1], torch.stack([channels[0], second * channels[0]])
    projections = [delayed_copies(x) @ filters_for(x, estimates)[0].flatten() for x in (alone, twice)]
    torch.testing.assert_close(projections[1], projections[0], atol=1e-8, rtol=0)
