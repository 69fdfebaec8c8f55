import json
import shutil

import numpy as np
import pytest
import soundfile

from audio import STEMS
from evaluator.evaluate import EvaluationOptions, SubmissionError, evaluate
from evaluator.limits import parse_limit
from evaluator.process import run_child
from evaluator.results import ResultsError, read_song_results
from evaluator.runner import RunOptions
from evaluator.tracks import TrackError

SLOW_COUNTER = "open(os.path.join(os.environ['COUNTER'], name), 'a').write('x'); write()"


@pytest.fixture
def calls(tmp_path, monkeypatch):
    """Count how often each song is separated."""
    folder = tmp_path / "calls"
    folder.mkdir()
    monkeypatch.setenv("COUNTER", str(folder))
    return lambda: {file.name: len(file.read_text()) for file in folder.iterdir()}


def test_results_json_has_the_documented_keys(run_submission, tmp_path):
    run_submission()
    results = json.loads((tmp_path / "results" / "results.json").read_text())
    assert {"songs", "mean", "setup_seconds", "plan", "versions", "ok", "limit", "schema"} <= set(results)
    song = results["songs"][0]
    assert {"name", "ok", "seconds", "limit_seconds", "peak_memory_bytes", "sdr", "audit", "failure"} <= set(song)
    assert set(song["sdr"]) == set(results["mean"]["sdr"]) == {*STEMS, "mean"}
    assert song["sdr"]["mean"] == pytest.approx(np.mean([song["sdr"][stem] for stem in STEMS]))
    means = [song["sdr"]["mean"] for song in results["songs"]]
    assert results["mean"]["sdr"]["mean"] == pytest.approx(np.mean(means))


def test_the_stems_stand_in_the_results_folder_and_the_staging_folder_is_gone(run_submission, tmp_path):
    run_submission()
    results = tmp_path / "results"
    assert sorted(entry.name for entry in results.iterdir()) == [
        "Alpha",
        "Jokers, Jacks & Kings",
        "predict-1.log",
        "results.json",
    ]
    assert sorted(file.stem for file in (results / "Alpha").iterdir()) == sorted(STEMS)


def test_resume_runs_only_songs_whose_result_is_missing_or_invalid(run_submission, tmp_path, calls):
    run_submission(SLOW_COUNTER)
    run_submission(SLOW_COUNTER, resume=True)
    assert calls() == {"Alpha": 1, "Jokers, Jacks & Kings": 1}
    (tmp_path / "results" / "Alpha" / "bass.wav").write_bytes(b"damaged")
    results = run_submission(SLOW_COUNTER, resume=True)
    assert calls() == {"Alpha": 2, "Jokers, Jacks & Kings": 1}
    assert results.ok
    assert len(results.songs) == 2


def test_resume_repeats_a_song_that_failed(run_submission, calls):
    run_submission("if name == 'Alpha': raise RuntimeError\n" + SLOW_COUNTER)
    assert run_submission(SLOW_COUNTER, resume=True).ok
    assert calls() == {"Alpha": 1, "Jokers, Jacks & Kings": 1}


def test_ctrl_c_keeps_the_songs_that_had_ended(run_submission, tmp_path, calls, monkeypatch):
    def stop_at_second_song(options, report, on_song):
        def on_first(song):
            raise KeyboardInterrupt

        run_child(options, report, on_first)

    monkeypatch.setattr("evaluator.runner.run_child", stop_at_second_song)
    with pytest.raises(KeyboardInterrupt):
        run_submission(SLOW_COUNTER)
    monkeypatch.undo()
    monkeypatch.setenv("COUNTER", str(tmp_path / "calls"))
    rows = read_song_results(tmp_path / "results")
    assert rows["Alpha"].ok
    assert not rows["Jokers, Jacks & Kings"].ok
    assert run_submission(SLOW_COUNTER, resume=True).ok
    assert calls()["Alpha"] == 1


def test_resume_refuses_a_results_file_of_something_else(run_submission, tmp_path):
    run_submission()
    (tmp_path / "results" / "results.json").write_text('{"songs": [{"title": "?"}]}')
    with pytest.raises(ResultsError, match="must be a results.json of this program.*without --resume"):
        run_submission(resume=True)


def test_one_song_can_be_selected(run_submission):
    results = run_submission(songs=["Jokers, Jacks & Kings"])
    assert [song.name for song in results.songs] == ["Jokers, Jacks & Kings"]


def test_a_wrong_song_is_refused_before_anything_runs(run_submission, tmp_path):
    with pytest.raises(TrackError, match="Got 'Beta'"):
        run_submission(songs=["Beta"])
    assert not (tmp_path / "results").exists()


def test_a_missing_predict_py_is_refused(tmp_path, two_songs):
    run = RunOptions(tmp_path / "predict.py", parse_limit("kit"))
    with pytest.raises(SubmissionError, match=r"must be a Python file. Got .*predict.py.*--predict"):
        evaluate(EvaluationOptions(run, two_songs, tmp_path / "results"))


def test_songs_without_references_are_audited_but_not_scored(run_submission, two_songs):
    for stem in STEMS:
        (two_songs / "Alpha" / f"{stem}.wav").unlink()
    results = run_submission()
    assert results.ok
    assert results.songs[0].sdr is None
    assert results.mean_sdr() == results.songs[1].sdr


def test_silent_references_are_flagged(run_submission, two_songs, make_track):
    shutil.rmtree(two_songs / "Alpha")
    make_track(two_songs / "Alpha", silent=("vocals",))
    song = run_submission(songs=["Alpha"]).songs[0]
    assert song.silent_references == ["vocals"]
    assert song.sdr["vocals"] < -50


def test_the_number_of_cpus_is_kept(run_submission):
    assert run_submission("assert len(os.sched_getaffinity(0)) == 1; write()", cpus=1).ok


def test_the_child_gets_the_environment_of_the_grader(run_submission, monkeypatch):
    monkeypatch.setenv("AICROWD_IS_GRADING", "False")
    monkeypatch.setenv("PARTIAL_RUN_MUSIC_NAMES", "nothing")
    body = """
        assert 'AICROWD_IS_GRADING' not in os.environ and 'PARTIAL_RUN_MUSIC_NAMES' not in os.environ
        assert os.environ['INFERENCE_PER_MUSIC_TIMEOUT_SECONDS'] == '3'
        assert self.inference_setup_timeout == 60
        assert sys.modules['__main__'].__file__.endswith('predict.py') and sys.argv[0].endswith('predict.py')
        write()
    """
    assert run_submission(body, limit=2.5).ok


def test_the_mixture_may_be_read_only(run_submission, two_songs):
    (two_songs / "Alpha" / "mixture.wav").chmod(0o444)
    soundfile.read(two_songs / "Alpha" / "mixture.wav")
    assert run_submission().ok
