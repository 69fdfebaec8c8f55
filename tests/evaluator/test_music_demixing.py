"""The contract: environment, keyword call, order of events, grading."""

import importlib.util
import json
import shutil
import sys
import time
from pathlib import Path

import pytest

from evaluator import aicrowd_helpers, music_demixing
from evaluator.music_demixing import MusicDemixingPredictor, TimeoutException, time_limit

STAND_INS = Path(__file__).parents[2] / "rehearsal" / "grader"
VARIABLES = (
    "TEST_DATASET_PATH",
    "RESULTS_DATASET_PATH",
    "INFERENCE_SETUP_TIMEOUT_SECONDS",
    "INFERENCE_PER_MUSIC_TIMEOUT_SECONDS",
    "PARTIAL_RUN_MUSIC_NAMES",
    "AICROWD_IS_GRADING",
    "PREDICTIONS_OUTPUT_PATH",
)


class Copy(MusicDemixingPredictor):
    def prediction_setup(self):
        self.calls = []

    def prediction(self, **paths):
        self.calls.append(paths)
        for name, path in paths.items():
            if name != "mixture_file_path":
                shutil.copyfile(paths["mixture_file_path"], path)


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path, two_songs):
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TEST_DATASET_PATH", f"{two_songs}/")
    monkeypatch.setenv("RESULTS_DATASET_PATH", f"{tmp_path}/results/")
    return monkeypatch


@pytest.fixture
def events(environment, tmp_path):
    """Grade with a recording `aicrowd_api`; returns a function that reads the events."""
    environment.syspath_prepend(str(STAND_INS))
    environment.setenv("AICROWD_IS_GRADING", "True")
    environment.setenv("EVENTS_FILE", str(tmp_path / "events"))
    yield lambda: [json.loads(line) for line in (tmp_path / "events").read_text().splitlines()]
    for name in ("aicrowd_api", "aicrowd_api.events"):
        sys.modules.pop(name, None)


def test_the_environment_has_the_defaults_of_the_kit(environment, tmp_path):
    for variable in VARIABLES:
        environment.delenv(variable, raising=False)
    environment.chdir(tmp_path)
    predictor = MusicDemixingPredictor()
    assert predictor.test_data_path == f"{tmp_path}/data/test/"
    assert predictor.results_data_path == f"{tmp_path}/data/results/"
    assert (predictor.inference_setup_timeout, predictor.inference_per_music_timeout) == (900, 240)
    assert predictor.partial_run is None


def test_prediction_is_called_with_five_keywords_for_each_song(two_songs, tmp_path):
    predictor = Copy()
    predictor.run()
    assert [Path(call["mixture_file_path"]).parent.name for call in predictor.calls] == [
        "Alpha",
        "Jokers, Jacks & Kings",
    ]
    assert predictor.calls[0] == {
        "mixture_file_path": f"{two_songs}/Alpha/mixture.wav",
        **{
            f"{stem}_file_path": f"{tmp_path}/results/Alpha/{stem}.wav" for stem in ("bass", "drums", "other", "vocals")
        },
    }


def test_folders_without_a_mixture_and_files_are_left_out(two_songs, capsys):
    (two_songs / ".ipynb_checkpoints").mkdir()
    (two_songs / "readme.txt").write_text("")
    assert MusicDemixingPredictor().get_all_music_names() == ["Alpha", "Jokers, Jacks & Kings"]
    assert ".ipynb_checkpoints' has no mixture.wav" in capsys.readouterr().out


def test_partial_runs_select_by_name(environment):
    environment.setenv("PARTIAL_RUN_MUSIC_NAMES", "Alpha,Nothing")
    assert MusicDemixingPredictor().get_all_music_names() == ["Alpha"]


def test_a_missing_output_fails_verification(two_songs):
    class Nothing(Copy):
        def prediction(self, **paths):
            pass

    with pytest.raises(Exception, match="verification failed"):
        Nothing().run()


def test_an_unimplemented_set_up_is_skipped(capsys):
    class NoSetup(Copy):
        prediction_setup = MusicDemixingPredictor.prediction_setup

    predictor = NoSetup()
    predictor.calls = []
    predictor.run()
    assert "prediction_setup doesn't exist for this run, skipping..." in capsys.readouterr().out


def test_the_time_limit_raises_in_python_code_and_is_lifted_afterwards():
    with pytest.raises(TimeoutException, match="Prediction timed out!"), time_limit(1):
        time.sleep(10)
    with time_limit(1):
        pass
    time.sleep(1.1)


def test_grading_sends_the_events_of_the_kit_in_order(events):
    Copy().run()
    assert events() == [
        ["AICROWD_EVENT_INFO", "execution_started", {"event_type": "airborne_detection:execution_started"}, False],
        [
            "AICROWD_EVENT_INFO",
            "execution_progress",
            {"event_type": "airborne_detection:execution_progress", "progress": 0.0},
            False,
        ],
        [
            "AICROWD_EVENT_SUCCESS",
            "execution_success",
            {"event_type": "airborne_detection:execution_success", "predictions_output_path": False},
            True,
        ],
    ]


def test_grading_reports_an_error_and_does_not_raise(events):
    class Broken(Copy):
        def prediction(self, **paths):
            raise RuntimeError("no such layer")

    Broken().run()
    kind, message, payload, blocking = events()[-1]
    assert (kind, message, blocking) == ("AICROWD_EVENT_ERROR", "execution_error", True)
    assert payload["event_type"] == "airborne_detection:execution_error"
    assert "RuntimeError: no such layer" in payload["error"]


@pytest.mark.parametrize("value", ["False", "false", "0", "no", "", " False "])
def test_false_words_mean_that_nobody_grades(environment, value):
    environment.setenv("AICROWD_IS_GRADING", value)
    assert not aicrowd_helpers.is_grading()


@pytest.mark.parametrize("value", ["True", "1", "yes"])
def test_true_words_mean_grading(environment, value):
    environment.setenv("AICROWD_IS_GRADING", value)
    assert aicrowd_helpers.is_grading()


def test_outside_grading_no_event_is_sent_and_errors_are_raised(environment, tmp_path):
    environment.syspath_prepend(str(STAND_INS))
    environment.setenv("EVENTS_FILE", str(tmp_path / "events"))
    environment.setenv("AICROWD_IS_GRADING", "False")

    class Broken(Copy):
        def prediction(self, **paths):
            raise RuntimeError("no such layer")

    with pytest.raises(RuntimeError, match="no such layer"):
        Broken().run()
    assert not (tmp_path / "events").exists()


def test_grading_without_the_graders_package_sends_nothing(environment):
    environment.setenv("AICROWD_IS_GRADING", "True")
    Copy().run()
    assert "aicrowd_api" not in sys.modules


def test_the_stand_in_has_no_public_name_that_the_contract_lacks():
    spec = importlib.util.spec_from_file_location("stand_in", STAND_INS / "evaluator" / "music_demixing.py")
    stand_in = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(stand_in)
    ours, theirs = MusicDemixingPredictor, stand_in.MusicDemixingPredictor
    assert {name for name in vars(theirs) if not name.startswith("_")} <= set(vars(ours))
    assert set(vars(theirs())) <= set(vars(ours()))
    assert issubclass(stand_in.TimeoutException, Exception)
    assert issubclass(music_demixing.TimeoutException, Exception)
