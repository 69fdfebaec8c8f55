"""Curves: antiderivatives fit, overtones come, few of them fold back."""

import numpy as np
import pytest

from tests.training.synthesis.mixing.signals import level_db_at, noise, sine
from training.synthesis.mixing.saturation import CURVES, Saturation
from training.synthesis.mixing.sounds import active_level_dbfs


@pytest.mark.parametrize("name", CURVES)
def test_the_slope_of_the_antiderivative_is_the_curve(name):
    places, step = np.linspace(-5, 5, 201), 1e-5
    curve = CURVES[name]
    slopes = (curve.integral(places + step) - curve.integral(places - step)) / (2 * step)
    np.testing.assert_allclose(slopes, curve.value(places), atol=2e-5)


@pytest.mark.parametrize("name", CURVES)
def test_a_soft_sound_passes_with_its_level_and_little_else(name):
    soft = sine(1000.0, amplitude=0.001)
    after = Saturation(name, 0.0)(soft)
    assert level_db_at(after, 1000.0) == pytest.approx(-60.0, abs=0.1)
    assert level_db_at(after, 3000.0) < -120.0


@pytest.mark.parametrize("hertz", [100.0, 5000.0, 12_000.0])
def test_treble_is_kept(hertz):
    after = Saturation("tanh", 0.0)(sine(1000.0, amplitude=0.01) + sine(hertz, amplitude=0.01))
    assert level_db_at(after, hertz) - level_db_at(after, 1000.0) == pytest.approx(0.0, abs=2.0)


def test_drive_brings_odd_overtones_and_bias_even_ones():
    sound = sine(500.0)
    straight, biased = Saturation("tanh", 12.0)(sound), Saturation("tanh", 12.0, bias=0.5)(sound)
    assert level_db_at(straight, 1500.0) > -30.0
    assert level_db_at(straight, 1000.0) < -90.0
    assert level_db_at(biased, 1000.0) > -30.0


@pytest.mark.parametrize("name", CURVES)
def test_a_push_off_the_middle_does_not_move_the_mean(name):
    after = Saturation(name, 15.0, bias=0.4)(sine(200.0, 2.0))
    assert abs(after[0, 44_100:].mean()) < 0.01 * after.std()


def test_a_hard_clipped_tone_folds_back_at_least_ten_decibels_less_than_without_care():
    """Overtone 7 of 5 kHz is 35 kHz, which folds back to 9.1 kHz."""
    sound = sine(5000.0, amplitude=0.9)
    careful = Saturation("hard", 20.0)(sound)
    plain = np.clip(10.0 * sound, -1.0, 1.0)
    relative = [level_db_at(after, 9100.0) - level_db_at(after, 5000.0) for after in (careful, plain)]
    assert relative[0] < relative[1] - 10.0
    assert relative[0] < -25.0


@pytest.mark.parametrize("name", CURVES)
def test_the_level_stays(name):
    sound = noise()
    assert active_level_dbfs(Saturation(name, 15.0)(sound)) == pytest.approx(active_level_dbfs(sound), abs=0.1)
