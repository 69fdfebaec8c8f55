"""The room is as loud as it is set."""

import numpy as np
import pytest

from tests.training.synthesis.mixing.signals import noise, rms_db
from training.synthesis.mixing.reverb import Reverb
from training.synthesis.mixing.rooms import Room


def test_the_wet_sound_has_its_level_below_noise():
    room = Room(1, 0.3, low_cut_hz=20.0, high_cut_hz=20_000.0)
    sound = noise(3.0, 1)
    assert rms_db(Reverb(room, -12.0, dry=False)(sound)) - rms_db(sound) == pytest.approx(-12.0, abs=0.7)


def test_dry_and_wet_add_up():
    sound, room = noise(0.5), Room(2, 0.3)
    np.testing.assert_allclose(Reverb(room, -6.0)(sound), sound + Reverb(room, -6.0, dry=False)(sound), atol=1e-6)


def test_what_plays_on_one_side_rings_on_both():
    left = noise(1.0) * np.float32([[1.0], [0.0]])
    levels = [rms_db(side) for side in Reverb(Room(2, 0.3), -6.0, dry=False)(left)]
    assert levels[0] == pytest.approx(levels[1], abs=3.0)


def test_a_room_is_linear():
    one, other, effect = noise(0.3), noise(0.3, seed=5), Reverb(Room(2, 0.3), -6.0)
    np.testing.assert_allclose(effect(one + other), effect(one) + effect(other), atol=1e-5)
