"""Delays, pitch and combs of the modulated delays."""

import numpy as np
import pytest
from scipy.signal import hilbert

from audio.stems import SAMPLE_RATE
from tests.training.synthesis.mixing.signals import gain_db, noise, sine
from training.synthesis.mixing.modulation import Chorus, Flanger, MicroPitch, delayed


def test_a_whole_delay_moves_samples_and_starts_with_silence():
    channel = noise(0.1, 1)[0]
    after = delayed(channel, np.full(len(channel), 100.0, np.float32))
    np.testing.assert_array_equal(after[100:], channel[:-100])
    assert not after[:100].any()


def test_a_half_sample_is_the_mean_of_its_neighbours():
    channel = noise(0.1, 1)[0]
    after = delayed(channel, np.full(len(channel), 2.5, np.float32))
    np.testing.assert_allclose(after[3:], 0.5 * (channel[:-3] + channel[1:-2]), atol=1e-7)


@pytest.mark.parametrize("cents", [10.0, 40.0])
def test_micro_pitch_is_higher_on_the_left_and_lower_on_the_right(cents):
    tone = sine(1000.0, 3.0)
    copies = MicroPitch(cents, 0.0)(tone) - tone
    # One reader at a time is heard for a quarter of a grain's travel around its middle.
    start, stop = round(0.45 * SAMPLE_RATE), round(0.55 * SAMPLE_RATE)
    found = [1200 * np.log2(np.mean(_slopes(channel[start:stop])) / 1000.0) for channel in copies]
    assert found[0] > 0.0 > found[1]


def _slopes(channel):
    """The frequency from the slope of the phase of the analytic sound."""
    phase = np.unwrap(np.angle(hilbert(channel)))[500:-500]
    return (phase[441:] - phase[:-441]) * SAMPLE_RATE / (2 * np.pi * 441)


def test_a_chorus_alone_is_a_vibrato_of_the_depth_that_physics_gives():
    rate_hz, depth_seconds = 2.0, 0.002
    after = Chorus(rate_hz, depth_seconds, 0.005, mix=1.0, opposite=False)(sine(1000.0, 2.0))[0]
    found = _slopes(after[SAMPLE_RATE // 2 :])
    # The delay is half its depth times a cosine: its steepest slope is pi times depth times rate.
    assert found.max() == pytest.approx(1000.0 * (1 + np.pi * depth_seconds * rate_hz), abs=1.5)
    assert found.min() == pytest.approx(1000.0 * (1 - np.pi * depth_seconds * rate_hz), abs=1.5)


def test_an_opposite_chorus_makes_a_mono_sound_wide_and_another_does_not():
    wide = Chorus(0.5, 0.004)(noise(0.5, 1))
    assert not np.array_equal(wide[0], wide[1])
    assert len(Chorus(0.5, 0.004, opposite=False)(noise(0.5, 1))) == 1


def test_a_flanger_that_stands_still_is_a_comb():
    """A delay of half a millisecond cancels 1 kHz and doubles 2 kHz."""
    still = Flanger(0.5, depth_seconds=0.0, feedback=0.0, mix=2.0 / 3.0)
    assert gain_db(still, 2000.0) == pytest.approx(20 * np.log10(4.0 / 3.0), abs=0.2)
    assert gain_db(still, 1000.0) < -30.0
