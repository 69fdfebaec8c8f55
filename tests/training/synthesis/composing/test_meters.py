"""Meters and grids."""

import pytest

from training.synthesis.composing.meters import METERS, Grid

FOUR = METERS["4/4"]


def test_a_bar_of_four_quarters_at_120_bpm_lasts_two_seconds():
    assert Grid(120.0, FOUR).seconds(16) == pytest.approx(2.0)
    assert Grid(120.0, METERS["6/8"]).seconds(12) == pytest.approx(1.5)


def test_the_origin_sounds_at_zero():
    grid = Grid(100.0, FOUR, origin_step=21.5, swing_ratio=0.6)
    assert grid.seconds(21.5) == pytest.approx(0.0)
    assert grid.seconds(16) < 0.0 < grid.seconds(22)


def test_triplet_swing_puts_the_second_eighth_at_two_thirds_of_the_beat():
    grid = Grid(60.0, FOUR, swing_ratio=2.0 / 3.0, swing_steps=2)
    assert grid.seconds(2) == pytest.approx(2.0 / 3.0)
    assert grid.seconds(4) == pytest.approx(1.0)
    sixteenths = Grid(60.0, FOUR, swing_ratio=0.6, swing_steps=1)
    assert sixteenths.seconds(1) == pytest.approx(0.3)
    assert sixteenths.seconds(2) == pytest.approx(0.5)


def test_time_never_runs_backwards():
    grid = Grid(97.0, FOUR, origin_step=3.3, swing_ratio=0.66, swing_steps=2)
    times = [grid.seconds(step / 3.0) for step in range(-40, 120)]
    assert times == sorted(times)


def test_bars_within_a_duration_are_those_that_sound():
    assert list(Grid(120.0, FOUR).bars_within(4.0)) == [0, 1]
    assert list(Grid(120.0, FOUR, origin_step=40.0).bars_within(4.0)) == [2, 3, 4]


def test_patterns_are_cut_or_repeated_to_the_meter():
    pattern = "x...X...x...X..o"
    assert FOUR.fit(pattern) == pattern
    assert METERS["3/4"].fit(pattern) == pattern[:12]
    assert METERS["5/4"].fit(pattern) == pattern + "x..."
    assert METERS["7/8"].fit(pattern) == pattern[:14]
