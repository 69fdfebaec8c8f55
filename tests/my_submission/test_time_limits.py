"""Limits of songs and of the set-up, and what is kept free of them."""

import numpy as np
import pytest

from my_submission.time_limits import SongClock, TimeLimitError, fallback_share, setup_deadline, wrapper_share
from separation.deadline.clock import NO_LIMIT
from separation.deadline.guard_plan import GuardPlan


def test_the_shorter_of_the_plans_and_the_environments_limit_holds():
    assert SongClock(GuardPlan()).limit_seconds(100.0) == pytest.approx(157.0)
    assert SongClock(GuardPlan(), environment_seconds=60.0).limit_seconds(100.0) == 60.0
    assert SongClock(GuardPlan(limit="kit"), environment_seconds=600.0).limit_seconds(300.0) == 240.0


def test_a_limit_that_follows_the_duration_has_a_floor_and_a_number_of_seconds_has_none():
    assert SongClock(GuardPlan()).limit_seconds(0.1) == 2.0
    assert SongClock(GuardPlan(limit=0.5)).limit_seconds(0.1) == 0.5


def test_margin_latency_and_handing_back_are_kept_free():
    clock = SongClock(GuardPlan(limit="100", margin=0.1), latency_seconds=0.5, handing_back_share=0.02)
    assert clock.deadline(1000.0, 50.0).ends == pytest.approx(1000 + 100 - 10 - 1)


def test_a_limit_below_the_time_of_the_fallback_is_refused_with_the_least_that_would_do():
    clock = SongClock(GuardPlan(limit="2", margin=0.0), latency_seconds=0.1)
    clock.refuse_too_short(300.0, 0.005)
    with pytest.raises(TimeLimitError, match=r"song of 600.0 s must be at least 3.200 s .*Got 2.000 s. Raise"):
        clock.refuse_too_short(600.0, 0.005)


def test_the_set_up_is_counted_from_the_start_of_the_process_and_0_is_no_limit():
    deadline = setup_deadline(900.0)
    assert deadline.reserve_seconds == pytest.approx(45.0)
    assert 0 < deadline.elapsed_seconds() < 86_400
    assert setup_deadline(0).limit_seconds == NO_LIMIT


def test_a_process_that_was_old_already_has_lost_no_more_than_imports_take(monkeypatch):
    monkeypatch.setattr("my_submission.time_limits.time.time", lambda: 1e12)
    assert setup_deadline(900.0).elapsed_seconds() == pytest.approx(60.0, abs=1.0)


def test_the_fallback_is_timed_in_the_folder_of_the_results_which_stays_as_it_was(tmp_path):
    assert 0 < fallback_share(tmp_path, "PCM_16") < 0.5
    assert not list(tmp_path.iterdir())
    assert fallback_share(tmp_path / "not there", "PCM_16") > 0


def test_the_wrapper_is_timed_with_the_arrays_that_it_gets():
    made = []

    def as_arrays(stems):
        made.append(set(stems))
        return {stem: samples.T.numpy().astype(np.float64) for stem, samples in stems.items()}

    assert 0 < wrapper_share(as_arrays) < 0.5
    assert len(made) == 3
