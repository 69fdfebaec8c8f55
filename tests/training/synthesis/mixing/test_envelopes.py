"""Levels over time: rises at once, falls exponentially, straight lines between blocks."""

import numpy as np
import pytest

from tests.training.synthesis.mixing.signals import noise
from training.synthesis.mixing.envelopes import (
    BLOCK_SAMPLES,
    BLOCK_SECONDS,
    block_count,
    block_peaks_db,
    released,
    smoothed,
    to_samples,
)


def test_the_detector_is_the_one_that_a_loop_computes():
    levels_db = 20 * np.log10(np.abs(noise(0.2)[0, :300]) + 1e-3).astype(np.float64)
    kept, level, expected = np.exp(-BLOCK_SECONDS / 0.01), 0.0, []
    for value in 10 ** (levels_db / 20):
        level = max(value, kept * level)
        expected.append(level)
    np.testing.assert_allclose(10 ** (released(levels_db, 0.01) / 20), expected, rtol=1e-9)


def test_smoothing_reaches_63_percent_after_its_time():
    step = np.concatenate([np.zeros(10), np.ones(1000)])
    after = smoothed(step, 100 * BLOCK_SECONDS)
    assert after[9] == 0.0
    assert after[109] == pytest.approx(1 - np.exp(-1), abs=1e-6)


def test_blocks_hold_the_loudest_sample_of_both_channels():
    sound = np.zeros((2, 2 * BLOCK_SAMPLES + 1), np.float32)
    sound[0, 3], sound[1, BLOCK_SAMPLES], sound[0, -1] = 0.5, -1.0, 0.1
    np.testing.assert_allclose(block_peaks_db(sound), 20 * np.log10([0.5, 1.0, 0.1]), atol=1e-5)


@pytest.mark.parametrize("samples", [1, 31, 32, 33, 1000])
def test_gains_have_one_value_for_each_sample_and_reach_each_blocks_value_at_its_end(samples):
    values = np.arange(block_count(samples), dtype=float)
    gains = to_samples(values, samples)
    assert gains.shape == (samples,)
    ends = gains[BLOCK_SAMPLES - 1 :: BLOCK_SAMPLES]
    np.testing.assert_allclose(ends, values[: len(ends)], atol=1e-5)
