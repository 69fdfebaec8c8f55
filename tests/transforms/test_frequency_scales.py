"""Frequency scales: their formulas and the analytic widths of their bands."""

from __future__ import annotations

import math

import numpy as np
import pytest

from transforms.frequency_scales import (
    BarkScale,
    ConstantQScale,
    LinearScale,
    MelScale,
    VariableQScale,
    octave_scale,
)

WARPS = {
    LinearScale: lambda hz: hz,
    MelScale: lambda hz: 2595 * np.log10(1 + hz / 700),
    BarkScale: lambda hz: 6 * np.arcsinh(hz / 600),
    ConstantQScale: np.log,
    VariableQScale: lambda hz: np.log(hz - 15.0),
}


@pytest.mark.parametrize("kind", WARPS)
def test_bands_are_evenly_spaced_on_the_scale_between_its_ends(kind):
    scale = kind(40.0, 16000.0, 100)
    raised_hz = 15.0 if kind is VariableQScale else 0.0
    centres_hz = scale.centres_hz()
    assert centres_hz.dtype == np.float64
    np.testing.assert_allclose(centres_hz[[0, -1]], [40.0 + raised_hz, 16000.0 + raised_hz], rtol=1e-12)
    places = WARPS[kind](centres_hz)
    np.testing.assert_allclose(np.diff(places), (places[-1] - places[0]) / 99, rtol=1e-9)


@pytest.mark.parametrize("kind", [LinearScale, MelScale, BarkScale, VariableQScale])
def test_a_quality_factor_is_the_centre_over_two_steps_at_its_slope(kind):
    # With 10,000 times as many bands, the distance between two neighbours is the slope to within the tolerance.
    coarse, fine = kind(40.0, 16000.0, 100), kind(40.0, 16000.0, 99 * 10_000 + 1)
    centres_hz = fine.centres_hz()
    inner = 10_000 * np.arange(1, 99)
    step_hz = (centres_hz[inner + 1] - centres_hz[inner - 1]) / 2 * 10_000
    np.testing.assert_allclose(coarse.quality_factors()[1:-1], centres_hz[inner] / (2 * step_hz), rtol=1e-7)


def test_constant_q_is_the_closed_form_for_every_band():
    ratio = 2 ** (1 / 12)
    scale = ConstantQScale(55.0, 55.0 * 2**5, 61)
    np.testing.assert_allclose(scale.quality_factors(), np.full(61, math.sqrt(ratio) / (ratio - 1) / 2), rtol=1e-12)


def test_an_octave_scale_has_at_least_its_bands_in_each_octave():
    assert octave_scale(55.0, 55.0 * 2**5, 12) == ConstantQScale(55.0, 55.0 * 2**5, 61)
    assert octave_scale(55.0, 55.0 * 2**4.5, 2).bands == 10


def test_the_scale_of_the_published_networks_has_qualities_from_under_2_to_31():
    qualities = BarkScale(32.9, 22050.0, 262).quality_factors()
    assert qualities.min() == pytest.approx(1.68, abs=0.01)
    assert qualities.max() == pytest.approx(30.7, abs=0.1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: BarkScale(0.0, 100.0, 9), "frequencies must be finite, above 0 and ascending. Got 0.0 and 100.0 Hz"),
        (lambda: MelScale(100.0, 50.0, 9), "above 0 and ascending. Got 100.0 and 50.0 Hz"),
        (lambda: LinearScale(10.0, 100.0, 1), "at least 2 bands. Got 1"),
        (lambda: VariableQScale(10.0, 100.0, 9, -1.0), "offset_hz must be 0 or more and finite. Got -1.0"),
        (lambda: octave_scale(10.0, 100.0, 0), "a band per octave or more. Got 10.0 and 100.0 Hz with 0 bands"),
    ],
)
def test_an_impossible_scale_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
