"""The grid of the voices' frames."""

import numpy as np
import pytest

from training.synthesis.voices.bands import (
    BAND_COUNT,
    BAND_HZ,
    BAND_SHARES,
    band_weights,
    frame_levels_db,
    hz_to_mel,
    mel_to_hz,
    smooth,
    wander,
)


def test_1000_hz_are_1000_mels_and_the_way_back_is_exact():
    assert hz_to_mel(1000.0) == pytest.approx(1000.0, abs=0.1)
    np.testing.assert_allclose(mel_to_hz(hz_to_mel(BAND_HZ)), BAND_HZ, atol=0.01)


def test_each_frequency_is_a_mean_of_its_neighbouring_bands():
    weights = band_weights(np.linspace(0.0, 30000.0, 500))
    np.testing.assert_allclose(weights.sum(axis=0), 1.0, atol=1e-5)
    assert (np.count_nonzero(weights, axis=0) <= 2).all()
    np.testing.assert_allclose(band_weights(BAND_HZ), np.eye(BAND_COUNT), atol=1e-3)


def test_a_flat_spectrum_of_0_db_has_a_level_of_0_db():
    assert BAND_SHARES.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(frame_levels_db(np.zeros((3, BAND_COUNT), np.float32)), 0.0, atol=1e-4)


def test_smoothing_keeps_constants_and_lengths():
    for frames in (0, 1, 2, 50):
        np.testing.assert_allclose(smooth(np.full(frames, 3.0), 9), np.full(frames, 3.0))


def test_a_random_curve_has_a_variance_of_about_1_and_turns_slowly(rng):
    curve = wander(20_000, 0.2, rng)
    assert curve.shape == (20_000,)
    assert np.std(curve) == pytest.approx(1.0, abs=0.25)
    assert np.abs(np.diff(curve)).max() < 0.5
