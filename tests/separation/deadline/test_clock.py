"""Deadlines: the limit less a reserve."""

import math

import pytest

from separation.deadline.clock import NO_LIMIT, Deadline


def test_the_reserve_is_a_share_of_the_limit_or_some_times_the_latency_if_that_is_more():
    assert Deadline.with_margin(100.0, 240.0, 0.05, 0.005).ends == pytest.approx(328.0)
    assert Deadline.with_margin(100.0, 10.0, 0.05, 0.3).ends == pytest.approx(109.1)
    assert Deadline.with_margin(100.0, 1.0, 0.0).ends == pytest.approx(100.8)


def test_one_hiccup_in_the_set_up_costs_no_song_more_than_a_tenth():
    assert Deadline.with_margin(0.0, 100.0, 0.05, 20.0).reserve_seconds == pytest.approx(10.0)


def test_without_a_limit_the_deadline_never_comes():
    deadline = Deadline.with_margin(0.0, NO_LIMIT, 0.05)
    assert deadline.remaining_seconds() == math.inf


def test_time_is_read_from_the_clock():
    deadline = Deadline(10.0, 5.0, 1.0, clock=lambda: 12.0)
    assert deadline.elapsed_seconds() == 2.0
    assert deadline.remaining_seconds() == 2.0
