"""Noises: seeded, as long as asked for, with the colour they say."""

import numpy as np
import pytest

from audio.stems import SAMPLE_RATE
from tests.training.synthesis.mixing.signals import level_db_at
from training.synthesis.mixing.noise import Crackle, Crowd, Hiss, Hum, draw_noise

NOISES = [Hum(50, 6, 0.8), Hiss(1, 500.0, 8000.0), Crackle(2, 20.0, 8000.0), Crowd(3, 100.0)]


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: type(noise).__name__)
@pytest.mark.parametrize("samples", [1, 30_000])
def test_a_noise_is_as_long_as_asked_for_and_the_same_twice(noise, samples):
    once = noise.sound(samples)
    assert once.shape in ((1, samples), (2, samples))
    assert once.dtype == np.float32
    assert np.isfinite(once).all()
    np.testing.assert_array_equal(once, noise.sound(samples))


@pytest.mark.parametrize("mains_hz", [50, 60])
def test_hum_is_the_mains_and_their_harmonics(mains_hz):
    hum = Hum(mains_hz, 3, 1.0).sound(2 * SAMPLE_RATE)
    levels = [level_db_at(hum, number * mains_hz) for number in (1, 2, 3, 4)]
    assert levels[0] - levels[1] == pytest.approx(6.0, abs=0.3)
    assert levels[0] - levels[2] == pytest.approx(9.5, abs=0.3)
    assert levels[3] < -80.0


def test_crackle_has_so_many_clicks():
    loud = np.abs(Crackle(5, 20.0, 15_000.0).sound(10 * SAMPLE_RATE)).max(axis=0) > 0.02
    starts = np.flatnonzero(loud & ~np.roll(loud, 1))
    apart = 1 + np.count_nonzero(np.diff(starts) > 200)
    assert 120 < apart < 260


def test_every_kind_is_drawn():
    rng = np.random.default_rng(0)
    assert {type(draw_noise(rng)) for _ in range(60)} == {Hum, Hiss, Crackle, Crowd}
