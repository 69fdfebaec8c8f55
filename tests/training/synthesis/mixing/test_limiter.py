"""No sample above the ceiling, and no change below it."""

import numpy as np
import pytest

from tests.training.synthesis.mixing.signals import impulse, noise, sine
from training.synthesis.mixing.limiter import Clipper, Limiter
from training.synthesis.mixing.sounds import peak, to_gain


@pytest.mark.parametrize("look_ahead_seconds", [0.0005, 0.001, 0.003, 0.0101])
@pytest.mark.parametrize("release_seconds", [0.005, 0.3])
@pytest.mark.parametrize("sound", [noise(0.5, amplitude=0.8), sine(60.0, amplitude=2.0), 3 * impulse(0.2, 0.1)])
def test_the_limiter_holds_its_ceiling(sound, look_ahead_seconds, release_seconds):
    after = Limiter(-6.0, look_ahead_seconds, release_seconds)(sound)
    assert peak(after) <= to_gain(-6.0) * 1.00001


def test_the_limiter_turns_down_before_the_peak_comes_and_not_long_before():
    gains = Limiter(-6.0, 0.003, 0.05).gains(impulse(1.0, 0.5))
    assert gains[round(0.49 * 44_100)] == 1.0
    assert 0.5 < gains[round(0.498 * 44_100)] < 1.0
    assert gains[round(0.9 * 44_100)] == pytest.approx(1.0)


def test_the_limiter_reaches_the_ceiling_where_it_works():
    assert peak(Limiter(-6.0)(sine(1000.0, amplitude=0.9))) == pytest.approx(to_gain(-6.0), rel=0.01)


@pytest.mark.parametrize("effect", [Limiter(-3.0), Clipper(-3.0, 0.2), Clipper(-3.0, 0.0)])
def test_nothing_below_changes(effect):
    sound = sine(300.0, amplitude=0.3)
    np.testing.assert_array_equal(effect(sound), sound)


@pytest.mark.parametrize("knee", [0.0, 0.3, 1.0])
def test_the_clipper_holds_its_ceiling_sample_by_sample(knee):
    sound = noise(0.2, amplitude=2.0)
    after = Clipper(-6.0, knee)(sound)
    assert peak(after) <= to_gain(-6.0) * 1.00001
    assert (np.sign(after) == np.sign(sound)).all()


def test_a_hard_clipper_is_numpys_clip():
    sound = noise(0.2, amplitude=1.0)
    ceiling = np.float32(to_gain(-6.0))
    np.testing.assert_allclose(Clipper(-6.0, 0.0)(sound), np.clip(sound, -ceiling, ceiling), atol=1e-6)
