"""A study goes on where it was left, makes the same trials then, takes several workers, and refuses other songs."""

import multiprocessing
import os
import time

import pytest
from optuna.trial import TrialState

from separation.plan import Plan
from studies.errors import StudyError
from tests.tuning.tuning_stand_ins import MARGIN, NOTHING, Laboratory, small_space
from tuning.objective import LIMIT, Objective
from tuning.outcome import read_outcome
from tuning.study import SearchPlan, fill_study, open_study

FORK = multiprocessing.get_context("fork")
"""Starts workers in no time: a new process would import torch first."""
DONE = (TrialState.COMPLETE, TrialState.PRUNED)


def search(path, trials, laboratory, seed=0, identity=NOTHING, on_trial=lambda trial: None):
    space = small_space()
    objective = Objective(space.suggest, laboratory.measure, laboratory.score, MARGIN)
    study = open_study(path, identity)
    fill_study(study, objective, SearchPlan(trials, seed, space.baselines), on_trial)
    return study


def history(study):
    return [(trial.params, trial.values, trial.state) for trial in study.get_trials(states=DONE)]


def work(path, trials, name, start):
    """One worker of a test with two, each trial under its name."""
    laboratory = Laboratory()
    space = small_space()
    objective = Objective(space.suggest, laboratory.measure, laboratory.score, MARGIN)

    def named(trial):
        trial.set_user_attr("worker", name)
        return objective(trial)

    study = open_study(path, NOTHING)
    start.wait(60)
    fill_study(study, named, SearchPlan(trials, 0, space.baselines))


def test_a_study_that_was_left_and_goes_on_equals_one_without_a_stop(tmp_path):
    search(tmp_path / "left.db", 5, Laboratory())
    left = search(tmp_path / "left.db", 12, Laboratory())
    whole = search(tmp_path / "whole.db", 12, Laboratory())
    assert history(left) == history(whole)
    assert len(history(whole)) == 12
    assert history(whole)[:4] != history(search(tmp_path / "other.db", 4, Laboratory(), seed=1))


def test_a_trial_that_was_broken_off_is_made_up_for(tmp_path):
    class Interrupted(Laboratory):
        def score(self, plan):
            if len(self.scored) == 2:
                raise KeyboardInterrupt
            return super().score(plan)

    with pytest.raises(KeyboardInterrupt):
        search(tmp_path / "study.db", 5, Interrupted())
    kept = history(open_study(tmp_path / "study.db", NOTHING))
    study = search(tmp_path / "study.db", 5, Laboratory())
    assert len(kept) >= 2
    assert history(study)[: len(kept)] == kept
    assert history(study) == history(search(tmp_path / "whole.db", 5, Laboratory()))


def test_what_was_tried_before_is_drawn_again_and_a_space_without_anything_new_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr("studies.filling.MOST_REDRAWN", 8)
    plans = [Plan(model="umxhq"), Plan(model="classical")]
    laboratory = Laboratory()
    objective = Objective(
        lambda trial: plans[trial.suggest_categorical("plan", (0, 1))], laboratory.measure, laboratory.score, MARGIN
    )
    study = open_study(tmp_path / "study.db", NOTHING)
    fill_study(study, objective, SearchPlan(10))
    assert len(study.get_trials(states=DONE)) == 2
    assert len(laboratory.scored) == 2


def test_the_trial_of_a_killed_worker_is_made_up_for(tmp_path, monkeypatch):
    monkeypatch.setattr("studies.storage.HEARTBEAT_SECONDS", 1)
    path = tmp_path / "study.db"

    class Killed(Laboratory):
        def score(self, plan):
            time.sleep(1.5)
            os._exit(9)

    worker = FORK.Process(target=search, args=(path, 2, Killed()))
    worker.start()
    worker.join(60)
    assert worker.exitcode == 9
    assert [trial.state for trial in open_study(path, NOTHING).trials] == [TrialState.RUNNING]
    time.sleep(2.5)
    assert len(history(search(path, 2, Laboratory()))) == 2


def test_two_workers_fill_one_study_and_both_contribute(tmp_path):
    path = tmp_path / "study.db"
    start = FORK.Barrier(2)
    workers = [FORK.Process(target=work, args=(path, 10, name, start)) for name in ("first", "second")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0]
    done = open_study(path, NOTHING).get_trials(states=DONE)
    assert len(done) == 10
    assert {trial.user_attrs["worker"] for trial in done} == {"first", "second"}


def test_a_study_refuses_other_songs_and_limits_and_names_what_differs(tmp_path):
    path = tmp_path / "study.db"
    search(path, 2, Laboratory())
    with pytest.raises(StudyError, match="must go on with the songs that it began with: made up. Got another"):
        open_study(path, {**NOTHING, "songs": ["another"]})
    with pytest.raises(StudyError, match="must go on with the limit that it began with: kit. Got round2"):
        open_study(path, {**NOTHING, "limit": "round2"})
    assert len(history(open_study(path, NOTHING))) == 2


def test_a_file_that_is_no_study_is_refused_and_left_as_it_was(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("Mix the drums louder. " * 100)
    with pytest.raises(StudyError, match="must be a file that `mdx tune` wrote, or a new one. Got .*notes.txt"):
        open_study(path, NOTHING)
    assert path.read_text() == "Mix the drums louder. " * 100


def test_candidates_that_are_too_slow_are_measured_and_never_separated(tmp_path):
    laboratory = Laboratory(slower=4.0)
    study = search(tmp_path / "study.db", 16, laboratory)
    outcome = read_outcome(study)
    slow = [one for one in outcome.candidates if one.cost.limit_share > MARGIN]
    assert slow
    assert all(one.plan in laboratory.measured and one.plan not in laboratory.scored for one in slow)
    assert all("of the limit, 80% are allowed" in one.reason and one.quality is None for one in slow)
    assert [one.plan for one in sorted(outcome.scored, key=lambda one: one.number)] == laboratory.scored
    assert outcome.front
    assert all(one.quality is not None for one in outcome.front)
    # The sampler takes the constraint from these.
    pruned = study.get_trials(states=(TrialState.PRUNED,))
    assert all(trial.constraints[LIMIT] > 0 for trial in pruned)
