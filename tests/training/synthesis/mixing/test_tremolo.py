"""Loudness in time."""

import numpy as np
import pytest

from audio.stems import SAMPLE_RATE
from training.synthesis.mixing.tremolo import Chop, Tremolo

ONES = np.ones((1, SAMPLE_RATE), np.float32)


def at(gains, seconds):
    return float(gains[0, round(seconds * SAMPLE_RATE)])


def test_a_sine_goes_from_one_to_its_depth_and_back_in_a_period():
    gains = Tremolo(2.0, 0.6)(ONES)
    assert at(gains, 0.0) == pytest.approx(1.0, abs=1e-3)
    assert at(gains, 0.25) == pytest.approx(0.4, abs=1e-3)
    assert at(gains, 0.5) == pytest.approx(1.0, abs=1e-3)


def test_a_square_has_two_levels():
    gains = Tremolo(2.0, 0.5, "square")(ONES)
    assert at(gains, 0.2) == pytest.approx(1.0, abs=1e-3)
    assert at(gains, 0.45) == pytest.approx(0.5, abs=1e-3)


def test_a_ramp_falls_at_once_and_comes_back():
    gains = Tremolo(2.0, 0.8, "ramp")(ONES)
    assert at(gains, 0.51) < 0.35
    assert at(gains, 0.52) < at(gains, 0.7) < at(gains, 0.98)


def test_panning_is_opposite_in_both_ears():
    wide = Tremolo(2.0, 1.0, panning=True)(ONES)
    np.testing.assert_allclose(wide[0] + wide[1], 1.0, atol=2e-3)


def test_a_pattern_says_which_steps_sound():
    gains = Chop(0.1, (True, False, False), 0.5)(ONES)
    assert at(gains, 0.04) > 0.95
    assert at(gains, 0.09) < 0.1  # The step is open for half of its length.
    assert at(gains, 0.25) < 1e-3
    assert at(gains, 0.34) > 0.95
