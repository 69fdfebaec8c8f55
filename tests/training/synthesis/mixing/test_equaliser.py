"""Gains of the equaliser at frequencies where theory knows them."""

import numpy as np
import pytest

from tests.training.synthesis.mixing.signals import gain_db
from training.synthesis.mixing.equaliser import Band, Equaliser, high_pass, low_pass


@pytest.mark.parametrize("decibels", [-9.0, 6.0])
def test_a_peak_has_its_gain_at_its_centre_and_none_far_away(decibels):
    effect = Equaliser((Band("peak", 1000.0, decibels, 2.0),))
    assert gain_db(effect, 1000.0) == pytest.approx(decibels, abs=0.05)
    assert gain_db(effect, 60.0) == pytest.approx(0.0, abs=0.1)
    assert gain_db(effect, 15_000.0) == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize(
    ("shape", "inside", "outside"), [("low_shelf", 40.0, 15_000.0), ("high_shelf", 15_000.0, 40.0)]
)
def test_a_shelf_has_its_gain_inside_half_of_it_at_its_middle_and_none_outside(shape, inside, outside):
    effect = Equaliser((Band(shape, 1000.0, 8.0),))
    assert gain_db(effect, inside) == pytest.approx(8.0, abs=0.1)
    assert gain_db(effect, 1000.0) == pytest.approx(4.0, abs=0.1)
    assert gain_db(effect, outside) == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("sections", [1, 2, 3])
def test_butterworth_passes_lose_three_decibels_at_their_frequency_and_twelve_an_octave_and_section(sections):
    assert gain_db(low_pass(1000.0, sections), 1000.0) == pytest.approx(-3.01, abs=0.05)
    assert gain_db(high_pass(1000.0, sections), 1000.0) == pytest.approx(-3.01, abs=0.05)
    fall = gain_db(high_pass(1000.0, sections), 62.5) - gain_db(high_pass(1000.0, sections), 125.0)
    assert fall == pytest.approx(-12.04 * sections, abs=0.2 * sections)
    assert gain_db(low_pass(1000.0, sections), 100.0) == pytest.approx(0.0, abs=0.01)


def test_a_band_pass_passes_its_centre():
    effect = Equaliser((Band("band_pass", 800.0, quality=2.0),))
    assert gain_db(effect, 800.0) == pytest.approx(0.0, abs=0.02)
    assert gain_db(effect, 80.0) < -20.0


@pytest.mark.parametrize("hertz", [100.0, 1000.0, 9000.0])
def test_an_all_pass_changes_no_level(hertz):
    assert gain_db(Equaliser((Band("all_pass", 700.0, quality=1.0),)), hertz) == pytest.approx(0.0, abs=0.01)


def test_bands_in_one_equaliser_add_their_decibels():
    bands = (Band("peak", 500.0, 4.0), Band("peak", 900.0, -3.0), Band("high_shelf", 2000.0, 5.0))
    together = gain_db(Equaliser(bands), 1200.0)
    assert together == pytest.approx(sum(gain_db(Equaliser((band,)), 1200.0) for band in bands), abs=0.02)


def test_frequencies_above_the_range_stay_stable():
    effect = low_pass(90_000.0)
    assert np.isfinite(gain_db(effect, 1000.0))
