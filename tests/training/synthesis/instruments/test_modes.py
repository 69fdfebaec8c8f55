"""The product of matrices is the sum of decaying sines that it stands for."""

import numpy as np

from audio.stems import SAMPLE_RATE
from training.synthesis.instruments.modes import Modes, joined

MODES = Modes(
    np.array([110.0, 231.7, 1999.0]), np.array([1.0, 0.5, 0.3]), np.array([2.0, 0.7, 0.1]), np.array([0.0, 1.0, 2.0])
)


def test_ringing_modes_are_the_sum_of_decaying_sines():
    time = np.arange(5000) / SAMPLE_RATE
    expected = sum(
        gain * np.exp(-6.908 * time / decay) * np.sin(2.0 * np.pi * hz * time + phase)
        for hz, gain, decay, phase in zip(MODES.frequency_hz, MODES.gain, MODES.decay_seconds, MODES.phase, strict=True)
    )
    np.testing.assert_allclose(MODES.ring(5000), expected, atol=2e-5)


def test_a_mode_has_fallen_by_60_db_after_its_decay():
    sound = Modes(np.array([441.0]), np.array([1.0]), np.array([1.0])).ring(SAMPLE_RATE + 200)
    assert 0.0009 < np.abs(sound[-200:]).max() < 0.0011


def test_modes_above_hearing_are_left_out():
    assert not Modes(np.array([20_500.0, 40_000.0]), np.ones(2), np.ones(2)).ring(1000).any()


def test_joined_modes_sound_as_their_sum():
    single = Modes(np.array([300.0]), np.array([0.4]), np.array([1.0]))
    np.testing.assert_allclose(joined(MODES, single).ring(3000), MODES.ring(3000) + single.ring(3000), atol=1e-5)
