"""Other machines: what is known of them bounds the factor, and the mean lies between the bounds."""

import pytest

from separation.cost import CostError
from separation.target_machines import MachineSpeed, by_factor, to_four_cpus, to_t4


def test_work_that_shares_out_fully_is_halved_by_twice_the_threads():
    assert to_four_cpus(100.0, 50.0, 2).factor.mean == pytest.approx(0.5)


def test_work_that_does_not_share_out_gains_nothing():
    factor = to_four_cpus(50.0, 50.0, 2).factor
    assert (factor.mean, factor.low, factor.high) == (1.0, 0.5, 1.0)


@pytest.mark.parametrize("one_thread", [40.0, 50.0, 80.0, 100.0, 300.0])
def test_four_threads_are_never_better_than_perfect_nor_worse_than_two(one_thread):
    factor = to_four_cpus(one_thread, 50.0, 2).factor
    assert 0.5 == factor.low <= factor.mean <= factor.high == 1.0


def test_one_thread_says_nothing_of_four():
    with pytest.raises(CostError, match="from two to 4 threads here. Got 1"):
        to_four_cpus(100.0, 100.0, 1)


@pytest.mark.parametrize("speed", [MachineSpeed(2e11, 2e10), MachineSpeed(6e13, 4e12)])
def test_a_t4_is_estimated_between_its_products_and_its_memory_and_says_so(speed):
    scaling = to_t4(speed)
    ratios = speed.products_per_second / 8.1e12, speed.bytes_per_second / 320e9
    assert min(ratios) == scaling.factor.low < scaling.factor.mean < max(ratios) < scaling.factor.high
    assert scaling.reason.startswith("ESTIMATE")


def test_a_factor_holds_for_everything():
    scaling = by_factor(1.5)
    assert (scaling.factor.low, scaling.factor.high, scaling.whole_factor) == (1.5, 1.5, 1.5)


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan"), float("inf")])
def test_a_factor_of_nothing_is_refused(factor):
    with pytest.raises(CostError, match="'4cpu', 't4' or a factor above 0"):
        by_factor(factor)
