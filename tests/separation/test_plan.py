"""A plan is read whole or refused with its file, its key and the next step."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from separation import Plan, PlanError, load_plan


@pytest.fixture
def write(tmp_path):
    def write_plan(text):
        path = tmp_path / "plan.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write_plan


def test_a_plan_needs_a_model_only(write):
    plan = load_plan(write("model: classical\n"))
    assert plan == Plan(model="classical", settings={}, device="auto", seed=0, random_weights=False)


def test_settings_are_passed_through_as_written(write):
    plan = load_plan(str(write("model: umxhq\ndevice: cpu\nseed: 3\nsettings:\n  wiener_iterations: 2\n")))
    assert (plan.settings, plan.device, plan.seed) == ({"wiener_iterations": 2}, "cpu", 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("modle: umxhq\n", r"key 'modle' is unknown. Did you mean 'model'\?"),
        ("model: umxhq\ndevice: gpu\n", r"key 'device' must be 'auto', 'cpu' or 'cuda'. Got 'gpu'"),
        ("model: umxhq\nseed: -1\n", r"key 'seed' must be greater than or equal to 0. Got -1"),
        ("model: umxhq\nsettings: fast\n", r"key 'settings' must be a valid dictionary. Got 'fast'"),
        ("model: [umxhq\n", r"must be valid YAML.*line 2"),
        ("- model\n", r"must hold keys and values, such as `model: default`. Got list"),
        ("", r"must hold keys and values, such as `model: default`. Got NoneType"),
    ],
)
def test_a_faulty_plan_is_one_error_that_names_file_key_constraint_and_value(write, text, message):
    with pytest.raises(PlanError, match=rf"plan\.yaml'.*{message}"):
        load_plan(write(text))


def test_a_missing_plan_is_named(tmp_path):
    with pytest.raises(PlanError, match=r"'.*gone\.yaml' must be a readable text file"):
        load_plan(tmp_path / "gone.yaml")


def test_a_plan_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PlanError, match="must be a readable text file"):
        load_plan(path)


def test_plans_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        Plan(model="classical").seed = 1


def test_evidence_is_kept_as_it_is_written(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text("model: default\nevidence: {score_db: 4.2, songs: [one, two]}\n", encoding="utf-8")
    assert load_plan(path).evidence == {"score_db": 4.2, "songs": ["one", "two"]}
