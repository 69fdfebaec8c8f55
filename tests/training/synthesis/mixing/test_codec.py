"""Codecs bring a sound back to its place, changed."""

import numpy as np
import pytest

from tests.training.synthesis.mixing.signals import rms_db, sine
from training.synthesis.mixing.codec import Codec


@pytest.mark.parametrize("name", ["mp3", "aac"])
@pytest.mark.parametrize("channels", [1, 2])
def test_what_comes_back_lies_where_it_was(name, channels):
    steps = np.random.default_rng(0).uniform(0.02, 1.0, 8)
    sound = sine(440.0, 1.0, channels=channels) * np.repeat(steps, 44_100 // 8 + 1)[:44_100].astype(np.float32)
    after = Codec(name, 192)(sound)
    assert after.shape == sound.shape
    assert rms_db(after - sound) < rms_db(sound) - 20.0


@pytest.mark.parametrize("name", ["mp3", "aac"])
def test_few_bits_leave_less(name):
    sound = sum(sine(hertz, amplitude=0.03, channels=2) for hertz in np.geomspace(100.0, 15_000.0, 20))
    errors = [rms_db(Codec(name, kilobits)(sound) - sound) for kilobits in (192, 48)]
    assert errors[1] > errors[0] + 1.0


def test_loud_sounds_are_not_clipped():
    sound, codec = sine(440.0, 0.5, amplitude=1.0), Codec("mp3", 192)
    np.testing.assert_allclose(codec(3.0 * sound), 3.0 * codec(sound), atol=1e-3)
