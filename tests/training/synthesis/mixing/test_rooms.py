"""Rooms die away as fast as they say, apart in each band, and are the same for the same settings."""

import numpy as np
import pytest

from audio.stems import SAMPLE_RATE
from training.synthesis.mixing.equaliser import Band, Equaliser
from training.synthesis.mixing.rooms import Room
from training.synthesis.mixing.sounds import mid_side


def decay_seconds(response):
    """Sixty decibels along the slope of the energy that is left (Schroeder, 1965)."""
    left = np.cumsum(np.square(response.sum(axis=0), dtype=np.float64)[::-1])[::-1]
    levels = 10 * np.log10(left / left[0] + 1e-12)
    places = np.flatnonzero((levels < -10.0) & (levels > -35.0))
    slope = np.polyfit(places / SAMPLE_RATE, levels[places], 1)[0]
    return -60.0 / slope


@pytest.mark.parametrize("seconds", [0.3, 1.0, 2.5])
def test_the_middle_band_decays_by_60_decibels_in_its_time(seconds):
    room = Room(3, seconds, bass_decay=1.0, treble_decay=1.0, pre_delay_seconds=0.0, early_reflections=0)
    assert decay_seconds(room.response()) == pytest.approx(seconds, rel=0.08)


def test_treble_and_bass_have_decay_times_of_their_own():
    response = Room(4, 1.0, 1.5, 0.4, 0.0, 0, low_cut_hz=30.0, high_cut_hz=18_000.0).response()
    low = Equaliser((Band("low_pass", 120.0), Band("low_pass", 120.0)))(response)
    high = Equaliser((Band("high_pass", 9000.0), Band("high_pass", 9000.0)))(response)
    assert decay_seconds(low) == pytest.approx(1.5, rel=0.25)
    assert decay_seconds(high) == pytest.approx(0.4, rel=0.15)


def test_the_noise_begins_after_the_pre_delay():
    response = Room(5, 0.5, pre_delay_seconds=0.05, early_reflections=0).response()
    start = round(0.05 * SAMPLE_RATE)
    assert not response[:, : start - 1].any()
    assert response[:, start : start + 200].any()


def test_early_reflections_come_before_the_noise():
    response = Room(5, 0.5, pre_delay_seconds=0.05, early_reflections=8).response()
    assert np.abs(response[:, : round(0.04 * SAMPLE_RATE)]).max() > 0.01


def test_a_channel_has_unit_energy():
    energy = np.square(Room(6, 0.8).response()).sum() / 2
    assert energy == pytest.approx(1.0, rel=1e-4)


def test_the_width_is_what_the_sides_have():
    mid, side = mid_side(Room(7, 0.8, width=0.0).response())
    assert not side.any()
    mid, side = mid_side(Room(7, 0.8, width=1.0).response())
    assert np.square(side).sum() == pytest.approx(np.square(mid).sum(), rel=0.1)


def test_the_same_settings_are_the_same_room_and_another_seed_another():
    np.testing.assert_array_equal(Room(8, 0.4).response(), Room(8, 0.4).response())
    assert not np.array_equal(Room(8, 0.4).response(), Room(9, 0.4).response())


def test_nobody_can_spoil_a_room_that_is_kept():
    with pytest.raises(ValueError, match="read-only"):
        Room(8, 0.4).response()[0, 0] = 1.0


def test_a_gate_ends_at_once_and_reversed_noise_swells():
    gated = Room(1, 1.0, 1.0, 1.0, pre_delay_seconds=0.0, early_reflections=0, shape="gated").response()
    thirds = [np.square(part).mean() for part in np.array_split(gated, 3, axis=1)]
    assert thirds[0] == pytest.approx(thirds[2], rel=0.2)
    swelling = Room(1, 1.0, pre_delay_seconds=0.0, early_reflections=0, shape="reversed").response()
    thirds = [np.square(part).mean() for part in np.array_split(swelling, 3, axis=1)]
    assert thirds[2] > 10 * thirds[0]
