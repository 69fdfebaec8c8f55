"""Chopped vocals."""

import numpy as np

from training.synthesis.voices.chops import PATTERN_STEPS, chopped, draw_pattern

STEP = 5000
STEP_SECONDS = STEP / 44_100


def tone(samples=40 * PATTERN_STEPS * 500):
    return (0.1 * np.sin(0.05 * np.arange(samples))).astype(np.float32)


def test_a_pattern_repeats(rng):
    sound = chopped(tone(), STEP_SECONDS, rng)
    assert sound.shape == tone().shape
    assert np.abs(sound).max() > 0.05
    bar = PATTERN_STEPS * STEP
    np.testing.assert_array_equal(sound[:bar], sound[bar : 2 * bar])


def test_pieces_begin_and_end_softly(rng):
    sound = chopped(tone(), STEP_SECONDS, rng)
    assert np.abs(np.diff(sound)).max() < 0.03
    assert np.abs(sound[::STEP]).max() < 1e-6


def test_some_steps_rest_but_the_first_sounds():
    for seed in range(20):
        pattern = draw_pattern(3, np.random.default_rng(seed))
        assert pattern[0].piece == 0
        assert len(pattern) == PATTERN_STEPS
        assert {chop.piece for chop in pattern} <= {-1, 0, 1, 2}


def test_a_silent_line_stays_silent(rng):
    assert not chopped(np.zeros(100_000, np.float32), STEP_SECONDS, rng).any()
