"""What a search found: ranks, bests, importances, and lines that can be typed."""

import json
import math

import optuna
import pytest

from oracles.definitions import KIT
from oracles.search.document import outcome_text
from oracles.search.figures import importance_figure, score_figure
from oracles.search.outcome import Candidate, Outcome, read_importances
from oracles.transform_names import read_transform
from transforms import SliCQConfig
from transforms.frequency_scales import BarkScale


def candidate(number, mean, bass, bands=262):
    scores = {"bass": bass, "drums": 1.0, "other": 2.0, "vocals": math.nan, "mean": mean}
    drawn = {"scale": "bark", "bands": bands, "fmin": 32.9, "gamma": 50.0}
    return Candidate(number, f"sliCQ bark {bands} 32.9", 18060, drawn, scores)


@pytest.fixture
def outcome():
    found = candidate(0, 7.0, 9.0, 100), candidate(1, 8.0, 5.0), candidate(2, 8.0, 9.0, 40)
    return Outcome({"oracle": "mpi"}, found, {"STFT 4096": candidate(0, 7.5, 7.5).scores}, {"bands": 0.9, "fmin": 0.1})


def test_of_equal_candidates_the_earlier_is_first_and_silent_stems_have_none(outcome):
    assert [one.number for one in outcome.ranked] == [1, 2, 0]
    assert (outcome.best_of("bass").number, outcome.best_of("vocals")) == (0, None)


def test_the_lines_for_the_best_make_its_transform(outcome):
    best = outcome.ranked[0]
    assert read_transform(best.option, KIT).config == SliCQConfig()
    assert eval(best.setting, {"SliCQConfig": SliCQConfig, "BarkScale": BarkScale}) == SliCQConfig()


def test_the_document_holds_all_trials_without_nan(outcome):
    document = json.loads(outcome_text(outcome), parse_constant=pytest.fail)
    assert document["best"]["transform"] == "slicq-bark-262-32.9"
    assert document["best_of_stems"]["vocals"] is None
    assert [one["sdr"]["vocals"] for one in document["trials"]] == [None] * 3


def test_figures_hold_every_candidate_and_the_reference(outcome):
    points, reference = json.loads(score_figure(outcome, "bands"))["data"]
    assert (points["name"], points["x"], points["y"]) == ("bark", [100, 262, 40], [7.0, 8.0, 8.0])
    assert (reference["x"], reference["y"]) == ([40, 262], [7.5, 7.5])
    (bars,) = json.loads(importance_figure(outcome))["data"]
    assert (bars["y"], bars["x"]) == (["fmin", "bands"], [10.0, 90.0])


def test_the_parameter_that_decides_is_the_most_important_and_few_trials_tell_nothing():
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))

    def score(trial):
        trial.suggest_categorical("scale", ("bark",))
        return trial.suggest_int("bands", 10, 300) + 0.01 * trial.suggest_float("fmin", 10, 130)

    study.optimize(score, n_trials=10)
    assert read_importances(study) == {}
    study.optimize(score, n_trials=30)
    importances = read_importances(study)
    assert list(importances) == ["bands", "fmin"]
    assert importances["bands"] > 0.8
    assert sum(importances.values()) == pytest.approx(1)
