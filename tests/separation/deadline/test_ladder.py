"""The ladder of a plan: which drafts, which rungs."""

import pytest

from audio.stems import STEMS
from models.workload import Workload
from separation.deadline import ladder
from separation.deadline.ladder import Rung, StemsError, draft_of, separators_of, timed_rung, unneeded
from separation.plan import Plan
from tests.separation.blend_separators import Scaled


def rung(name, pace):
    return Rung(name, None, 1.0, Workload(44_100), pace)


@pytest.mark.parametrize(
    ("plan", "draft"),
    [
        (Plan(model="umxhq"), "classical"),
        (Plan(model="htdemucs"), "dual_path_unet_fast"),
        (
            Plan(blend={"members": [{"model": "umxhq", "weights": 1}, {"model": "htdemucs", "weights": 1}]}),
            "dual_path_unet_fast",
        ),
        (Plan(model="htdemucs", guard={"draft": "classical"}), "classical"),
    ],
)
def test_the_draft_may_enter_the_leaderboards_of_the_plan_unless_one_is_named(plan, draft):
    assert draft_of(plan).model == draft


@pytest.mark.parametrize("plan", [Plan(model="classical"), Plan(model="default", guard={"draft": "none"})])
def test_there_is_no_draft_where_none_is_wanted_or_the_plan_is_the_draft(plan):
    assert draft_of(plan) is None


def test_a_draft_is_worth_the_more_the_less_the_plan_gains():
    fast, classical = Plan(model="dual_path_unet_fast"), Plan(model="classical")
    assert ladder.draft_quality(fast, Plan(model="default")) == 0.9
    assert ladder.draft_quality(fast, Plan(model="htdemucs")) == pytest.approx(2.5 / 6)
    assert ladder.draft_quality(classical, Plan(model="umxhq")) == pytest.approx(1.1 / 6)


def test_a_draft_that_cannot_be_built_is_told_and_left_out(caplog):
    plan = Plan(model="mixture-quarter", guard={"draft": "htdemucs_6s"})
    assert [name for name, _, _ in separators_of(plan)] == ["mixture-quarter"]
    assert "there is no draft 'htdemucs_6s'" in caplog.text


def test_a_plan_with_several_passes_has_a_lighter_form():
    plan = Plan(model="dual_path_unet", settings={"shifts": 1}, random_weights=True)
    built = list(separators_of(plan))
    assert [(name, quality) for name, _, quality in built] == [
        ("dual_path_unet_fast", ladder.MOST_OF_DRAFT),
        ("dual_path_unet", ladder.FULL_QUALITY),
        ("dual_path_unet, lighter", ladder.LIGHTER_QUALITY),
    ]
    assert built[2][1].settings.shifts == 0


def test_rungs_that_are_hardly_quicker_than_the_next_one_above_are_left_out():
    rungs = [rung("draft", 0.1), rung("lighter", 0.8), rung("plan", 1.0)]
    assert [one.name for one in unneeded(rungs)] == ["lighter"]
    assert unneeded([rung("slow draft", 0.8), rung("plan", 1.0)])[0].name == "slow draft"
    assert unneeded([rung("plan", 1.0)]) == []


def test_a_model_without_all_stems_is_refused():
    with pytest.raises(StemsError, match=f"must give {', '.join(STEMS)}. 'half' does not give bass, drums"):
        timed_rung("half", Scaled({"vocals": 1.0, "other": 1.0}), 1.0)


def test_the_trial_separates_quiet_noise_twice_and_takes_the_time_of_the_second():
    separator = Scaled(dict.fromkeys(STEMS, 0.25))
    found = timed_rung("quarter", separator, 1.0)
    assert separator.runs == 2
    assert 0 < found.seconds_per_heard_second < 1
    assert found.expected_seconds(100.0) == pytest.approx(100 * found.seconds_per_heard_second)
