"""Levels, and the middle and sides of sounds."""

import numpy as np
import pytest

from tests.training.synthesis.mixing.signals import noise, sine
from training.synthesis.mixing.sounds import (
    SILENCE_DBFS,
    active_level_dbfs,
    at_level,
    collapsed,
    from_mid_side,
    mid_side,
    peak,
    stereo,
)


def test_the_level_of_a_sine_of_amplitude_one_is_minus_three_decibels():
    assert active_level_dbfs(sine(441.0, amplitude=1.0, channels=2)) == pytest.approx(-3.01, abs=0.02)


def test_pauses_do_not_lower_the_level():
    sound = sine(441.0, 2.0)
    with_pause = np.concatenate([sound, np.zeros_like(sound)], axis=1)
    assert active_level_dbfs(with_pause) == pytest.approx(active_level_dbfs(sound), abs=0.01)


def test_a_sound_comes_to_the_level_that_is_asked_for():
    assert active_level_dbfs(at_level(noise(), -31.0)) == pytest.approx(-31.0, abs=0.01)


@pytest.mark.parametrize("samples", [0, 1, 100])
def test_silence_has_the_lowest_level_and_stays_silent(samples):
    silence = np.zeros((2, samples), np.float32)
    assert active_level_dbfs(silence) == SILENCE_DBFS
    assert not at_level(silence, 0.0).any()


def test_middle_and_side_give_the_channels_back():
    sound = noise()
    np.testing.assert_allclose(from_mid_side(*mid_side(sound)), sound, atol=1e-7)


def test_equal_channels_become_one_and_two_again():
    mono = noise(channels=1)
    assert collapsed(stereo(mono)).shape == mono.shape
    assert len(collapsed(noise(channels=2))) == 2
    np.testing.assert_array_equal(stereo(mono)[0], stereo(mono)[1])


def test_the_peak_counts_both_signs():
    assert peak(np.array([[0.1, -0.7, 0.3]], np.float32)) == pytest.approx(0.7)
