"""Echoes are in time with the song, however slow it is, and throws answer single words."""

import numpy as np
import pytest

from audio.stems import SAMPLE_RATE
from tests.training.synthesis.mixing.signals import noise
from training.synthesis.mixing.spaces import ECHO_BEATS, LONGEST_ECHO_SECONDS, draw_delay, draw_throw


@pytest.mark.parametrize("beat_seconds", [0.3, 0.5, 1.1])
def test_echoes_come_after_usual_shares_of_a_beat_or_are_slaps(beat_seconds):
    rng = np.random.default_rng(0)
    found = [draw_delay(rng, beat_seconds).seconds for _ in range(200)]
    in_time = np.array([*ECHO_BEATS, 3.0 / 8.0, 1.0 / 8.0, 1.0 / 6.0])
    off_beat = [seconds for seconds in found if np.abs(seconds / beat_seconds - in_time).min() > 1e-6]
    assert max(found) <= LONGEST_ECHO_SECONDS
    assert all(0.06 <= seconds <= 0.16 for seconds in off_beat)
    assert 0 < len(off_beat) < 60


def test_a_throw_leaves_the_sound_and_hears_a_beat_or_two_of_a_phrase():
    beat_seconds, sound = 0.25, noise(6.0, 1)
    throw = draw_throw(np.random.default_rng(3), beat_seconds)
    heard = throw.effect.effects[0](np.ones_like(sound))[0]
    assert 1 / 16 - 0.01 <= heard.mean() <= 2 / 8 + 0.05
    added = throw(sound) - sound
    first = round(throw.effect.effects[1].seconds * SAMPLE_RATE)
    assert not added[:, :first].any()
    assert added.any()
