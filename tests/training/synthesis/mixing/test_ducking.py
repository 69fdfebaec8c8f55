"""Ducking goes as deep as it says, and comes back."""

import numpy as np
import pytest

from audio.stems import SAMPLE_RATE
from tests.training.synthesis.mixing.signals import sine
from training.synthesis.mixing.ducking import Ducker

SILENCE = np.zeros((1, SAMPLE_RATE // 2), np.float32)
KICK = np.concatenate([SILENCE, sine(60.0, 0.1), SILENCE], axis=1)


def gain_db_at(gains, seconds):
    return 20 * np.log10(gains[round(seconds * SAMPLE_RATE)])


@pytest.mark.parametrize("depth_db", [3.0, 12.0])
@pytest.mark.parametrize("volume", [1.0, 0.01])
def test_the_depth_is_reached_under_the_kick_however_loud_it_is(depth_db, volume):
    gains = Ducker(depth_db, 0.002, 0.1).gains(np.float32(volume) * KICK)
    assert gain_db_at(gains, 0.49) == pytest.approx(0.0, abs=0.01)
    assert gain_db_at(gains, 0.58) == pytest.approx(-depth_db, abs=0.5)
    assert gain_db_at(gains, 1.0) == pytest.approx(0.0, abs=0.01)


def test_half_of_it_is_gone_after_the_release_time():
    gains = Ducker(10.0, 0.001, 0.1).gains(KICK)
    assert gain_db_at(gains, 0.6 + 0.1) == pytest.approx(-5.0, abs=0.8)


def test_a_silent_kick_ducks_nothing():
    assert (Ducker(10.0).gains(SILENCE) == 1.0).all()
