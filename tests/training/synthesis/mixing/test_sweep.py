"""Filters that move."""

import numpy as np
import pytest

from audio.stems import SAMPLE_RATE
from tests.training.synthesis.mixing.signals import noise, rms_db, sine
from training.synthesis.mixing.equaliser import Band, Equaliser
from training.synthesis.mixing.sweep import Phaser, Sweep


def test_a_sweep_between_equal_frequencies_is_a_filter():
    sound = noise()
    still = Sweep("low_pass", 900.0, 900.0, 1.0, quality=1.2)(sound)
    np.testing.assert_allclose(still, Equaliser((Band("low_pass", 900.0, quality=1.2),))(sound), atol=1e-6)


def test_a_low_pass_is_closed_at_first_and_open_half_a_period_later():
    tone = sine(3000.0, 4.0)
    after = Sweep("low_pass", 200.0, 12_000.0, 4.0)(tone)
    closed, opened = after[:, :4000], after[:, 2 * SAMPLE_RATE : 2 * SAMPLE_RATE + 4000]
    assert rms_db(closed) < rms_db(tone) - 25.0
    assert rms_db(opened) == pytest.approx(rms_db(tone), abs=1.0)


def test_a_moving_filter_does_not_click():
    after = Sweep("low_pass", 500.0, 4000.0, 2.0)(sine(100.0, 2.0))
    assert np.abs(np.diff(after[0])).max() < 1.5 * np.abs(np.diff(sine(100.0)[0])).max()


def test_a_phaser_cancels_somewhere_and_only_for_a_while():
    tone = sine(900.0, 4.0)
    after = Phaser(4.0, 200.0, 3000.0)(tone)
    levels = [rms_db(part) - rms_db(tone) for part in np.array_split(after, 100, axis=1)]
    assert min(levels) < -12.0
    assert max(levels) > -1.0
