"""One trial: costs first, estimates only where they are worth it, and nothing that fails ends the study."""

import optuna
import pytest
from optuna.trial import TrialState

from audio import KitError
from separation.plan import Plan
from studies.filling import RedrawError
from tests.tuning.tuning_stand_ins import MARGIN, Laboratory
from tuning.objective import DIRECTIONS, FAILED_VIOLATION, LIMIT, Objective


@pytest.fixture
def study():
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna.create_study(directions=list(DIRECTIONS))


def run(study, plans, laboratory):
    left = list(plans)
    study.optimize(Objective(lambda trial: left.pop(0), laboratory.measure, laboratory.score, MARGIN), len(plans))
    return study.trials


def test_the_values_are_score_seconds_memory_and_weights(study):
    (trial,) = run(study, [Plan(model="umxhq", settings={"shifts": 2})], Laboratory())
    assert trial.values == pytest.approx([1.45, 40.0, 1e9, 1e6])
    assert trial.constraints[LIMIT] == pytest.approx(1.1 * 40 / 240 / MARGIN - 1)
    assert trial.user_attrs["plan"] == {"model": "umxhq", "settings": {"shifts": 2}}


def test_a_candidate_that_was_tried_before_is_neither_measured_nor_scored(study):
    laboratory = Laboratory()
    with pytest.raises(RedrawError):
        run(study, [Plan(model="umxhq"), Plan(model="classical"), Plan(model="umxhq")], laboratory)
    assert [plan.model for plan in laboratory.measured] == ["umxhq", "classical"]
    assert [trial.state for trial in study.trials] == [TrialState.COMPLETE, TrialState.COMPLETE, TrialState.FAIL]


@pytest.mark.parametrize("error", [KitError("It cannot run here."), RuntimeError("It cannot run here.")])
def test_a_candidate_that_does_not_run_is_pruned_with_the_reason(study, error):
    class Broken(Laboratory):
        def measure(self, plan):
            if plan.model == "umxhq":
                raise error
            return super().measure(plan)

    laboratory = Broken()
    trials = run(study, [Plan(model="umxhq"), Plan(model="classical")], laboratory)
    assert [trial.state for trial in trials] == [TrialState.PRUNED, TrialState.COMPLETE]
    assert trials[0].user_attrs["reason"] == "does not run: It cannot run here."
    assert trials[0].constraints[LIMIT] == FAILED_VIOLATION
    assert [plan.model for plan in laboratory.scored] == ["classical"]
