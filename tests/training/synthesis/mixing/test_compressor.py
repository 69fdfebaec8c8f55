"""The compressor's static curve, timing and sharing, and the de-esser."""

import numpy as np
import pytest

from audio.stems import SAMPLE_RATE
from tests.training.synthesis.mixing.signals import gain_db, noise, rms_db, sine
from training.synthesis.mixing.compressor import Compressor, DeEsser


@pytest.mark.parametrize("ratio", [2.0, 4.0, 10.0])
def test_so_many_decibels_above_the_threshold_become_one(ratio):
    effect = Compressor(-30.0, ratio, 0.001, 0.2, knee_db=0.0)
    peak_db = 20 * np.log10(0.5)
    assert gain_db(effect, 1000.0) == pytest.approx(-(1 - 1 / ratio) * (peak_db + 30.0), abs=0.1)


def test_nothing_below_the_threshold_changes():
    sound = sine(500.0, amplitude=0.01)
    np.testing.assert_array_equal(Compressor(-30.0, 8.0, knee_db=6.0)(sound), sound)


def test_the_knee_is_smooth_and_meets_the_straight_parts():
    effect = Compressor(-20.0, 4.0, knee_db=10.0)
    levels = np.array([-30.0, -25.0, -20.0, -15.0, -10.0])
    np.testing.assert_allclose(effect.reductions_db(levels), [0.0, 0.0, 0.75 * 25 / 20, 0.75 * 5, 0.75 * 10])


def test_the_reduction_is_63_percent_after_the_attack():
    step = np.concatenate([np.zeros((1, SAMPLE_RATE), np.float32), sine(2000.0, 1.0)], axis=1)
    gains_db = 20 * np.log10(Compressor(-30.0, 4.0, 0.02, 0.5, 0.0).gains(step))
    after = gains_db[SAMPLE_RATE + round(0.02 * SAMPLE_RATE)]
    assert after / gains_db[-1] == pytest.approx(1 - np.exp(-1), abs=0.03)


def test_the_gain_comes_back_after_the_release():
    burst = np.concatenate([sine(2000.0, 0.5), np.zeros((1, SAMPLE_RATE), np.float32)], axis=1)
    gains = Compressor(-30.0, 4.0, 0.001, 0.1, 0.0).gains(burst)
    start_db, later_db = (20 * np.log10(gains[round(at * SAMPLE_RATE)]) for at in (0.5, 0.6))
    # In a time constant the level falls by 8.7 dB, so the reduction by three quarters of that.
    assert later_db - start_db == pytest.approx(0.75 * 8.686, abs=0.3)


def test_both_channels_get_the_same_gain():
    sound = np.concatenate([sine(500.0), 0.1 * sine(700.0)])
    after = Compressor(-30.0, 6.0)(sound)
    np.testing.assert_allclose(after[0] * sound[1], after[1] * sound[0], atol=1e-6)


def test_a_mix_of_a_half_is_half_way_to_the_compressed_sound():
    sound = noise()
    dry_and_wet = 0.5 * sound + 0.5 * Compressor(-30.0, 6.0)(sound)
    np.testing.assert_allclose(Compressor(-30.0, 6.0, mix=0.5)(sound), dry_and_wet, atol=1e-6)


def test_the_de_esser_lowers_loud_treble_and_leaves_the_rest():
    effect = DeEsser(5000.0, -30.0, 8.0)
    assert gain_db(effect, 300.0) == pytest.approx(0.0, abs=0.3)
    assert gain_db(effect, 12_000.0) < -5.0
    quiet = sine(12_000.0, amplitude=0.003)
    assert rms_db(effect(quiet)) == pytest.approx(rms_db(quiet), abs=0.3)
