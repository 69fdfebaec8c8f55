"""The section `guard` of a plan."""

import pytest

from separation.plan import Plan, PlanError, load_plan


def test_a_limit_is_a_rule_or_a_number_of_seconds():
    assert Plan(model="default").guard.time_limit.seconds_for(100.0) == pytest.approx(157.0)
    assert Plan(model="default", guard={"limit": 30}).guard.time_limit.seconds_for(100.0) == 30.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("guard: {limit: round3}", "The time limit must be 'kit', 'round2' or a positive number.*Got 'round3'"),
        ("guard: {margin: 0.9}", "margin"),
        ("guard: {drafft: none}", "drafft"),
        ("guard: {draft: clasical}", "'auto', 'none' or a model.*clasical.*classical"),
    ],
)
def test_a_wrong_guard_is_refused_by_name(tmp_path, text, message):
    path = tmp_path / "plan.yaml"
    path.write_text(f"model: default\n{text}\n", encoding="utf-8")
    with pytest.raises(PlanError, match=message):
        load_plan(path)
