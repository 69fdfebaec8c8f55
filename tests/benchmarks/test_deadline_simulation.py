"""The guard on made-up songs and machines."""

import random

import pytest

from benchmarks.deadline_simulation import USUAL_LIMIT_SECONDS, simulate
from benchmarks.virtual_machine import MOST_SLOW_DOWN, VirtualMachine


def test_no_song_is_late_and_the_time_is_used_where_the_plan_is_cut_short():
    results = simulate(200, seed=1)
    assert not any(result.late for result in results)
    alone_late = [result for result in results if result.alone_seconds > result.limit_seconds]
    assert len(alone_late) > 50
    cut = [one for one in results if one.streams and not one.complete and one.limit_seconds >= USUAL_LIMIT_SECONDS]
    assert len(cut) > 50
    assert min(result.seconds / result.limit_seconds for result in cut) > 0.89


def test_a_simulation_is_repeated_by_its_seed():
    assert simulate(5, seed=3) == simulate(5, seed=3)


def test_work_takes_up_to_ten_times_as_long_as_on_a_calm_machine():
    machine = VirtualMachine(random.Random(0))
    took = [machine.end_of(start, 1.0) - start for start in range(0, 1000, 7)]
    assert min(took) == pytest.approx(1.0)
    assert 5.0 < max(took) <= MOST_SLOW_DOWN
    assert machine.end_of(3.0, 10.0) == pytest.approx(machine.end_of(machine.end_of(3.0, 4.0), 6.0))
