"""The pick: the best that fits, of equals the fastest; where none fits, an error that names the fastest."""

import pytest

from separation.plan import Plan
from tests.tuning.tuning_stand_ins import cost_of_seconds, quality_of
from tuning.errors import TuningError
from tuning.outcome import Candidate, Outcome, describe_plan, pick


def candidate(number, seconds, decibels=None, model="umxhq"):
    quality = None if decibels is None else quality_of(decibels)
    plan = Plan(model=model, settings={"shifts": number})
    return Candidate(number, plan, cost_of_seconds(seconds), quality, None if quality else "may take too much", True)


def outcome_of(*candidates):
    return Outcome(candidates)


def test_the_best_that_fits_is_picked():
    outcome = outcome_of(candidate(0, 10, 5.0), candidate(1, 90, 6.5), candidate(2, 400), candidate(3, 20, 6.0))
    assert pick(outcome, "kit", 0.8).number == 1
    assert [one.number for one in outcome.scored] == [1, 3, 0]
    assert [one.number for one in outcome.left_out] == [2]


def test_of_candidates_as_good_the_fastest_is_picked():
    outcome = outcome_of(candidate(0, 90, 6.505), candidate(1, 30, 6.5), candidate(2, 10, 6.4))
    assert pick(outcome, "kit", 0.8).number == 1


def test_where_none_fits_the_error_names_the_fastest_and_what_to_do():
    outcome = outcome_of(candidate(1, 600), candidate(2, 300, model="classical"))
    with pytest.raises(TuningError) as caught:
        pick(outcome, "kit", 0.8)
    assert "must fit 80% of the limit 'kit'. Got none of 2: the fastest, classical (shifts 2)" in str(caught.value)
    assert "takes 300.0 s and may take 138% of the limit. Raise --limit or --margin" in str(caught.value)


def test_where_nothing_ran_the_error_says_why():
    failed = Candidate(0, None, None, None, "does not run: The weights are damaged.")
    with pytest.raises(TuningError, match="must run. Got none of 1 trials. does not run: The weights are damaged."):
        pick(outcome_of(failed), "kit", 0.8)


def test_a_blend_is_described_by_its_weights_and_what_follows():
    members = [
        {"model": "umxhq", "settings": {"overlap": 0.5}, "weights": {"bass": 0.3, "drums": 1.0}},
        {"model": "classical", "weights": 0.5},
    ]
    plan = Plan.model_validate({"blend": {"members": members, "wiener_iterations": 1}})
    text = "umxhq (overlap 0.5) × {bass 0.3, drums 1} + 0.5 × classical, then Wiener filter"
    assert describe_plan(plan) == text
