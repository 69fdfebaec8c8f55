"""Width and place."""

import numpy as np
import pytest

from audio.stems import SAMPLE_RATE
from tests.training.synthesis.mixing.signals import noise, sine
from training.synthesis.mixing.image import LateSide, Pan, Width
from training.synthesis.mixing.modulation import MicroPitch
from training.synthesis.mixing.sounds import mid_side, peak
from training.synthesis.mixing.split import AboveCrossover


def test_width_scales_the_sides_and_leaves_the_middle():
    sound = noise()
    mid, side = mid_side(Width(1.7)(sound))
    np.testing.assert_allclose(mid, mid_side(sound)[0], atol=1e-6)
    np.testing.assert_allclose(side, 1.7 * mid_side(sound)[1], atol=1e-6)


def test_above_a_crossover_only_the_upper_sides_move():
    sides = [np.concatenate([tone, -tone]) for tone in (sine(100.0), sine(5000.0))]
    low, high = (peak(Width(0.0, 1000.0)(side)[:, 22_050:]) for side in sides)
    assert low == pytest.approx(0.5, abs=0.02)
    assert high < 0.15


@pytest.mark.parametrize("position", [-1.0, -0.3, 0.0, 0.8])
def test_panning_keeps_the_power_of_a_mono_sound(position):
    mono = noise(channels=1)
    placed = Pan(position)(mono)
    assert np.mean(np.square(placed)) == pytest.approx(np.mean(np.square(mono)), rel=1e-4)


def test_panning_goes_to_the_side_that_is_asked_for():
    left = Pan(-1.0)(noise(channels=1))
    assert np.abs(left[1]).max() < 1e-6


@pytest.mark.parametrize(("seconds", "late"), [(0.01, 1), (-0.01, 0)])
def test_one_side_comes_late(seconds, late):
    sound = noise(0.2, 1)
    after, samples = LateSide(seconds)(sound), round(0.01 * SAMPLE_RATE)
    np.testing.assert_array_equal(after[late, samples:], sound[0, :-samples])
    np.testing.assert_array_equal(after[1 - late], sound[0])


def test_both_parts_of_a_split_add_up_to_the_sound():
    sound = noise()
    np.testing.assert_allclose(AboveCrossover(Pan(0.0), 300.0, mono_below=False)(sound), sound, atol=1e-6)


def test_below_the_crossover_nothing_is_widened():
    after = AboveCrossover(MicroPitch(10.0, 0.0), 400.0)(sine(40.0, 1.0))
    mid, side = mid_side(after)
    assert peak(side[:, 10_000:]) < 0.1 * peak(mid)
