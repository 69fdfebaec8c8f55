"""A ride reaches its levels where it says, in straight lines of decibels."""

import numpy as np
import pytest

from audio.stems import SAMPLE_RATE
from training.synthesis.mixing.fader_ride import FaderRide, draw_fader_ride


def test_levels_are_reached_in_time_and_halfway_between_them_lies_their_mean():
    ridden = FaderRide(1.0, (0.0, -6.0, 4.0))(np.ones((2, 3 * SAMPLE_RATE), np.float32))
    seconds = np.array([0.001, 0.5, 1.0, 1.5, 2.0, 2.9])
    reached_db = 20 * np.log10(ridden[:, (seconds * SAMPLE_RATE).astype(int)])
    assert reached_db == pytest.approx(np.tile([0.0, -3.0, -6.0, -1.0, 4.0, 4.0], (2, 1)), abs=0.02)


def test_a_drawn_ride_has_levels_up_to_the_end_of_the_sound():
    for seed in range(20):
        ride = draw_fader_ride(np.random.default_rng(seed), 20 * SAMPLE_RATE)
        assert ride.step_seconds * (len(ride.levels_db) - 1) >= 20.0
