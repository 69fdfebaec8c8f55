"""Which members are taken, and what is said of those that cannot be blended."""

import pytest

from evaluator.blend_fit.members import find_members
from models.errors import UnknownModelError
from models.registry import model_entry
from separation import PlanError


@pytest.fixture
def plan_file(tmp_path):
    """Return a function that writes a plan file and returns its path as text."""

    def write(name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return write


def test_members_are_names_and_plan_files_with_settings(plan_file):
    fine = plan_file("fine.yaml", "model: classical\nsettings: {piece_seconds: 20}\n")
    members = find_members(["default", "classical", fine], device="cpu")
    assert [member.title for member in members] == ["default", "classical", fine]
    # An alias may name another model one day; the weights are for this one.
    assert members[0].plan.model == model_entry("default").name != "default"
    assert members[2].plan.settings == {"piece_seconds": 20}
    assert {member.plan.device for member in members} == {"cpu"}


def test_what_cannot_be_a_member_is_refused_with_the_next_step(plan_file):
    twice = plan_file("twice.yaml", "model: classical\n")
    seeded = plan_file("seeded.yaml", "model: classical\nseed: 3\nsettings: {piece_seconds: 20}\n")
    blend = plan_file("blend.yaml", "blend: {members: [{model: classical, weights: 1}]}\n")
    for names, message in [
        (["classical"], r"at least 2 members\. Got classical\. Name models"),
        (["classical", "uhlich"], r"must be one model\. Got 'uhlich', a blend of spleeter \+ umxhq\. Name its models"),
        (["classical", blend], r"must be one model\. Got '.*blend.yaml', a blend of classical"),
        (["classical", twice], r"must differ .*Got 'classical' and '.*twice.yaml', both classical\. Leave one"),
        (["default", seeded], r"must share the key 'seed', which a plan holds once\. Got 0 and 3\. Write the same"),
    ]:
        with pytest.raises(PlanError, match=message):
            find_members(names)
    with pytest.raises(UnknownModelError, match="classicle"):
        find_members(["default", "classicle"])
