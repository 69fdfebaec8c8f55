"""The written plan loads with its evidence; a plan of somebody else stays."""

import pytest

from separation.deadline.guard_plan import GuardPlan
from separation.plan import Plan, load_plan
from tests.tuning.tuning_stand_ins import cost_of_seconds, quality_of
from tuning.errors import TuningError
from tuning.outcome import Candidate
from tuning.plan_file import check_replaceable, write_plan

BLEND = {
    "members": [{"model": "umxhq", "settings": {"shifts": 2}, "weights": 0.3}, {"model": "classical", "weights": 0.7}]
}


def found(content):
    return Candidate(7, Plan.model_validate(content), cost_of_seconds(30.0), quality_of(5.43219), None, True)


@pytest.mark.parametrize("content", [{"model": "umxhq", "settings": {"overlap": 0.5}}, {"blend": BLEND}])
def test_the_plan_loads_as_it_was_found_with_its_evidence(tmp_path, content):
    path = tmp_path / "plan.yaml"
    write_plan(path, found(content), "kit", {"songs": ["One", "Größe"]})
    plan = load_plan(path)
    assert plan.guard.limit == "kit"
    assert plan.model_copy(update={"evidence": {}, "guard": GuardPlan()}) == found(content).plan
    assert plan.evidence["mdx_sdr_db"]["mean"] == 5.432
    assert plan.evidence["predicted_seconds"] == {"mean": 30.0, "low": 27.0, "high": 33.0}
    assert plan.evidence["limit_share"] == 0.138
    assert plan.evidence["songs"] == ["One", "Größe"]
    assert plan.evidence["trial"] == 7


def test_a_plan_that_somebody_else_wrote_is_replaced_only_where_that_was_asked(tmp_path):
    path = tmp_path / "plan.yaml"
    check_replaceable(path, replace=False)
    path.write_text("model: default\n")
    with pytest.raises(TuningError, match="plan.yaml', which somebody else wrote. Add --replace"):
        check_replaceable(path, replace=False)
    check_replaceable(path, replace=True)
    write_plan(path, found({"model": "umxhq"}), "60", {})
    check_replaceable(path, replace=False)
    with pytest.raises(TuningError, match="must be a file. Got the folder"):
        check_replaceable(tmp_path, replace=True)
