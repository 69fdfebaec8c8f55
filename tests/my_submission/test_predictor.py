"""The MDX21 adapter: four files whatever happens, also on the grader's own evaluator."""

import json
import logging
import os
import subprocess
import sys
import threading
import time

import pytest
import soundfile
import torch

from audio import SAMPLE_RATE, STEMS, AudioError, read_audio, write_audio
from evaluator.music_demixing import TimeoutException
from my_submission.predictor import DemixPredictor
from my_submission.time_limits import SHORTEST_SECONDS, TimeLimitError
from separation.factory import create_separator
from tests.my_submission.conftest import ROOT


def run_script(folder, songs, results, **environment):
    """Run run.sh as the grader does; returns the finished process and the events."""
    events = results.with_name("events")
    command = ["bash", "run.sh"]
    path = f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"
    variables = {
        **os.environ,
        "PATH": path,
        "TEST_DATASET_PATH": f"{songs}/",
        "RESULTS_DATASET_PATH": f"{results}/",
        "EVENTS_FILE": str(events),
        "AICROWD_IS_GRADING": "True",
        **environment,
    }
    variables.pop("PYTHONPATH", None)
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    return done, [json.loads(line) for line in events.read_text().splitlines()]


@pytest.fixture
def predictor(write_plan):
    write_plan("model: mixture-quarter\n")
    made = DemixPredictor()
    made.prediction_setup()
    return made


def test_one_song_in_gives_four_files_out(predictor, two_songs, tmp_path):
    predictor.predict(two_songs / "Alpha" / "mixture.wav", tmp_path)
    mixture = read_audio(two_songs / "Alpha" / "mixture.wav").samples
    for stem in STEMS:
        estimate = read_audio(tmp_path / f"{stem}.wav")
        assert estimate.sample_rate == SAMPLE_RATE
        assert (estimate.samples - mixture / 4).abs().max() <= 2**-15


def test_the_contract_call_writes_to_the_named_files(predictor, two_songs, tmp_path):
    targets = {f"{stem}_file_path": str(tmp_path / f"the {stem}.wav") for stem in STEMS}
    predictor.prediction(mixture_file_path=str(two_songs / "Alpha" / "mixture.wav"), **targets)
    assert sorted(file.name for file in tmp_path.glob("*.wav")) == sorted(f"the {stem}.wav" for stem in STEMS)


@pytest.fixture
def put_separator(write_plan, monkeypatch):
    """Return a function that makes a predictor whose planned separator is given, without a draft."""

    def put(separate):
        broken = type("Broken", (), {"separate": staticmethod(separate), "sample_rate": SAMPLE_RATE, "stems": STEMS})()
        monkeypatch.setattr("separation.deadline.ladder.create_separator", lambda plan: broken)
        write_plan("model: mixture-quarter\nguard: {draft: none}\n")
        return DemixPredictor()

    return put


def fail_on_songs(error):
    """Return a function that separates the trials of the set-up, whose noise is quiet, and fails on songs."""

    def separate(mixture):
        if mixture.abs().max() > 0.1:
            raise error
        return dict.fromkeys(STEMS, mixture)

    return separate


@pytest.mark.parametrize("error", [RuntimeError("no such layer"), MemoryError(), ValueError("NaN")])
def test_a_failing_model_leaves_a_quarter_of_the_mixture_and_says_so(put_separator, two_songs, tmp_path, caplog, error):
    predictor = put_separator(fail_on_songs(error))
    predictor.prediction_setup()
    with caplog.at_level(logging.ERROR):
        predictor.predict(two_songs / "Alpha" / "mixture.wav", tmp_path)
    mixture = read_audio(two_songs / "Alpha" / "mixture.wav").samples
    assert all((read_audio(tmp_path / f"{stem}.wav").samples - mixture / 4).abs().max() <= 2**-15 for stem in STEMS)
    assert "FALLBACK" in caplog.text
    assert type(error).__name__ in caplog.text


def test_a_model_that_hangs_costs_a_song_its_limit_and_no_more(put_separator, two_songs, tmp_path, caplog):
    go_on = threading.Event()

    def hang_on_songs(mixture):
        if mixture.abs().max() > 0.1:
            go_on.wait(30)
        return dict.fromkeys(STEMS, mixture)

    predictor = put_separator(hang_on_songs)
    predictor.test_data_path = str(two_songs)
    predictor.prediction_setup()
    started = time.monotonic()
    predictor.predict(two_songs / "Alpha" / "mixture.wav", tmp_path)
    took = time.monotonic() - started
    go_on.set()
    assert SHORTEST_SECONDS / 2 < took < SHORTEST_SECONDS
    assert all(soundfile.info(tmp_path / f"{stem}.wav").frames == 4410 for stem in STEMS)
    assert "GUARD" in caplog.text
    assert "100.0% by 'a quarter of the mixture'" in caplog.text


def test_the_contracts_own_alarm_goes_through_with_valid_stems_in_place(predictor, two_songs, tmp_path, monkeypatch):
    def alarm(futures, timeout):
        raise TimeoutException("Prediction timed out!")

    monkeypatch.setattr("separation.deadline.guard.wait", alarm)
    with pytest.raises(TimeoutException):
        predictor.predict(two_songs / "Alpha" / "mixture.wav", tmp_path)
    assert all(soundfile.info(tmp_path / f"{stem}.wav").frames == 4410 for stem in STEMS)


def test_a_limit_that_not_even_the_fallback_keeps_is_refused_at_the_set_up(write_plan, two_songs, monkeypatch):
    monkeypatch.setenv("TEST_DATASET_PATH", f"{two_songs}/")
    write_plan("model: mixture-quarter\nguard: {limit: 0.000001}\n")
    with pytest.raises(TimeLimitError, match=r"a song of 0.1 s must be at least .* Got 0.000 s"):
        DemixPredictor().prediction_setup()


def test_with_enough_time_the_files_hold_what_the_model_gives_without_a_guard(write_plan, two_songs, tmp_path):
    write_plan("model: dual_path_unet_fast\nguard: {limit: kit}\n")
    predictor = DemixPredictor()
    predictor.prediction_setup()
    predictor.predict(two_songs / "Alpha" / "mixture.wav", tmp_path / "guarded")
    mixture = read_audio(two_songs / "Alpha" / "mixture.wav")
    alone = create_separator("dual_path_unet_fast").separate(mixture.samples)
    for stem in STEMS:
        write_audio(tmp_path / "alone.wav", alone[stem].clamp(-1, 1), SAMPLE_RATE, "PCM_16")
        assert (tmp_path / "guarded" / f"{stem}.wav").read_bytes() == (tmp_path / "alone.wav").read_bytes()


def test_an_unreadable_mixture_is_an_error_and_writes_nothing(predictor, tmp_path):
    (tmp_path / "mixture.wav").write_text("no audio")
    with pytest.raises(AudioError, match=r"mixture.wav"):
        predictor.predict(tmp_path / "mixture.wav", tmp_path)
    assert not list(tmp_path.glob("*bass*"))


@pytest.mark.parametrize("rate", [8_000, 48_000, 96_000])
def test_songs_at_other_rates_keep_rate_and_length(predictor, tmp_path, rate):
    soundfile.write(tmp_path / "mixture.wav", torch.rand(1001, 2).numpy() - 0.5, rate)
    predictor.predict(tmp_path / "mixture.wav", tmp_path)
    for stem in STEMS:
        info = soundfile.info(tmp_path / f"{stem}.wav")
        assert (info.samplerate, info.frames, info.channels) == (rate, 1001, 2)


def test_an_unimplemented_operation_in_the_set_up_is_not_swallowed_by_the_contract(write_plan, monkeypatch):
    def not_implemented(plan):
        raise NotImplementedError("no such operator on this device")

    write_plan("model: mixture-quarter\n")
    monkeypatch.setattr("separation.deadline.ladder.create_separator", not_implemented)
    with pytest.raises(RuntimeError, match="set-up of 'mixture-quarter' failed: no such operator on this device"):
        DemixPredictor().prediction_setup()


def test_a_model_that_cannot_run_fails_the_set_up_with_its_reason(put_separator):
    def fail(mixture):
        raise RuntimeError("cannot cache function: no locator available")

    with pytest.raises(RuntimeError, match="no locator available"):
        put_separator(fail).prediction_setup()


def test_run_sh_runs_unchanged_on_the_graders_own_evaluator(graded_repository, two_songs, tmp_path):
    done, events = run_script(graded_repository, two_songs, tmp_path / "results")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [event[1] for event in events] == ["execution_started", "execution_progress", "execution_success"]
    assert "FALLBACK" not in done.stderr
    for song in ("Alpha", "Jokers, Jacks & Kings"):
        for stem in STEMS:
            assert soundfile.info(tmp_path / "results" / song / f"{stem}.wav").frames == 4410


def test_the_kit_baselines_run_on_the_graders_own_evaluator(graded_repository, two_songs, tmp_path):
    (graded_repository / "predict.py").write_text(
        "from test import CopyPredictor, ScaledMixturePredictor\n"
        "ScaledMixturePredictor().run()\n"
        "CopyPredictor().run()\n"
    )
    done, events = run_script(graded_repository, two_songs, tmp_path / "results")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [event[1] for event in events].count("execution_success") == 2
    copy = tmp_path / "results" / "Alpha" / "bass.wav"
    assert copy.read_bytes() == (two_songs / "Alpha" / "mixture.wav").read_bytes()


def test_a_wrong_plan_fails_the_set_up_with_its_reason(graded_repository, two_songs, tmp_path):
    (graded_repository / "my_submission" / "plan.yaml").write_text("model: clasical\n")
    _, events = run_script(graded_repository, two_songs, tmp_path / "results")
    assert events[-1][1] == "execution_error"
    assert "clasical" in events[-1][2]["error"]
    assert "classical" in events[-1][2]["error"]


def test_the_default_plan_loads_no_training_report_tuning_or_torchaudio_module(graded_repository, two_songs, tmp_path):
    (graded_repository / "listing.py").write_text(
        "import sys, predict\npredict.main()\nprint('LOADED', *sorted(sys.modules))\n"
        "files = [getattr(module, '__file__', None) or '' for module in sys.modules.values()]\n"
        f"print('STRAY', *[file for file in files if file.startswith('{ROOT}/') and '/.venv/' not in file])\n"
    )
    (graded_repository / "run.sh").write_text("python listing.py\n")
    done, _ = run_script(graded_repository, two_songs, tmp_path / "results")
    assert done.returncode == 0, done.stdout + done.stderr
    listing = next(line for line in done.stdout.splitlines() if line.startswith("LOADED"))
    loaded = {name.split(".")[0] for name in listing.split()[1:]}
    assert {"torch", "soundfile", "my_submission"} <= loaded
    # The kit is installed in the tests' environment, so a package that was not copied would be found all the same.
    assert "STRAY\n" in done.stdout
    # librosa and numba compile code, which takes seconds and needs a folder that can be written.
    unwanted = {
        *("torchaudio", "openunmix", "demucs", "av", "stempeg", "musdb", "museval"),
        *("librosa", "numba", "sklearn", "pandas"),
        *("training", "oracles", "mdx", "typer", "lightning", "optuna", "plotly", "jinja2", "tensorboard"),
    }
    assert loaded & unwanted == set()
