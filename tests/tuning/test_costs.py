"""Costs are predicted for the target machine, and blends with other weights are measured once."""

import pytest

from audio import SAMPLE_RATE, STEMS
from separation.limits import parse_limit
from separation.plan import Plan
from tests.separation.cost_stand_ins import FakeClock, Worker, measure_in_this_process
from tuning.costs import Budget, cost_form, measure_cost, weight_bytes
from tuning.errors import TuningError

pytestmark = pytest.mark.usefixtures("bare_machine")


def blend(share):
    members = [
        {"model": "classical", "weights": dict.fromkeys(STEMS, share)},
        {"model": "mixture-quarter", "weights": dict.fromkeys(STEMS, round(1 - share, 6))},
    ]
    return Plan.model_validate({"blend": {"members": members}, "evidence": {"found": "by hand"}})


@pytest.fixture
def built(monkeypatch):
    """Two seconds, and a tenth of whole chunks of 8 s; three more at first."""
    return measure_in_this_process(monkeypatch, Worker(FakeClock()))


def test_a_candidate_costs_what_the_model_of_its_clips_predicts(built):
    cost = measure_cost(Plan(model="classical"), Budget())
    assert cost.seconds.mean == pytest.approx(26.0, abs=0.1)
    assert cost.limit_share == pytest.approx((cost.seconds.high + 3.0) / 240, abs=0.001)
    assert cost.memory_bytes.mean > 240 * SAMPLE_RATE * 5 * 2 * 4
    assert cost.weight_bytes == 0


def test_another_machine_and_another_limit_change_share_and_time(built):
    here = measure_cost(Plan(model="classical"), Budget())
    there = measure_cost(Plan(model="classical"), Budget(parse_limit("round2"), scale="2"))
    assert there.seconds.mean == pytest.approx(2 * here.seconds.mean)
    assert there.limit_share == pytest.approx(2 * here.limit_share / 1.57)
    assert len(built) == 1


def test_blends_that_differ_in_weights_alone_are_measured_once(built):
    costs = [measure_cost(blend(share), Budget()) for share in (0.1, 0.5, 0.7)]
    assert costs[0] == costs[1] == costs[2]
    assert len(built) == 1
    assert all(set(member.weights.values()) == {1.0} for member in built[0].blend.members)


def test_a_member_without_a_weight_costs_nothing():
    members = cost_form(blend(1.0)).blend.members
    assert [member.model for member in members] == ["classical"]


def test_weights_that_two_members_share_are_counted_once():
    twice = {
        "members": [{"model": "umxhq", "weights": 0.5}, {"model": "umxhq", "settings": {"shifts": 2}, "weights": 1}]
    }
    assert weight_bytes(Plan.model_validate({"blend": twice})) == weight_bytes(Plan(model="umxhq")) == 4 * 35_600_000


@pytest.mark.parametrize(
    ("wrong", "message"), [({"margin": 1.2}, "margin must be above 0"), ({"song_seconds": 0.0}, "must last")]
)
def test_a_budget_out_of_range_is_refused(wrong, message):
    with pytest.raises(TuningError, match=message):
        Budget(**wrong)
