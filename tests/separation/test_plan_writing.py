"""Plans as files: read back as they were, short, and never written over another file by accident."""

import pytest

from separation import Plan, PlanError, load_plan
from separation.plan_writing import check_new_plan, plan_text, write_plan

BLEND = Plan.model_validate(
    {
        "blend": {
            "bands_hz": [250, 4000],
            "members": [
                {"model": "classical", "weights": {"bass": [0.25, 0, -1]}},
                {"model": "umxhq", "settings": {"overlap": 0.5}, "weights": 0.5},
            ],
        },
        "seed": 3,
        "evidence": {"songs": ["Übung: 1"], "scores": {"fitted": {"bass": {"mean": 1.5, "standard_error": None}}}},
    }
)


@pytest.mark.parametrize("plan", [Plan(model="classical"), BLEND, Plan.model_validate({"blend": "danna_sep"})])
def test_a_written_plan_is_read_back_as_it_was(plan, tmp_path):
    write_plan(plan, tmp_path / "new" / "plan.yaml")
    assert load_plan(tmp_path / "new" / "plan.yaml") == plan


def test_only_what_differs_from_the_defaults_is_written():
    assert plan_text(Plan(model="classical", settings={"piece_seconds": 20.0})) == (
        "model: classical\nsettings: {piece_seconds: 20.0}\n"
    )
    assert "bass: [0.25, 0.0, -1.0]" in plan_text(BLEND)
    assert "Übung" in plan_text(BLEND)


def test_what_is_there_is_kept_unless_it_may_be_replaced(tmp_path):
    there = tmp_path / "plan.yaml"
    check_new_plan(there, overwrite=False)
    there.write_text("model: classical\n")
    check_new_plan(there, overwrite=True)
    with pytest.raises(PlanError, match=r"which exists\. Name another one with --output, or use --overwrite"):
        check_new_plan(there, overwrite=False)
    with pytest.raises(PlanError, match="which is a folder"):
        check_new_plan(tmp_path, overwrite=True)
