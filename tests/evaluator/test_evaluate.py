"""The whole local evaluation: results, resume, places, odd songs and references."""

import json
import shutil
import subprocess

import numpy as np
import pytest
import soundfile

from audio import STEMS, AudioError
from audio.stems import ACCOMPANIMENT
from evaluator import evaluate as evaluation
from evaluator.evaluate import EvaluationOptions, SubmissionError, evaluate
from evaluator.frame_scores import read_frame_scores
from evaluator.logged_troubles import LOGGED_TROUBLES
from evaluator.process import run_child
from evaluator.results import FRAMES_FOLDER, ResultsError, read_earlier_run
from evaluator.runner import RunOptions
from evaluator.tracks import TrackError, discover_tracks
from separation.limits import parse_limit

COUNTER = "open(os.path.join(os.environ['COUNTER'], name), 'a').write('x'); write()"


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


def test_a_run_keeps_the_frames_of_bsseval_and_states_their_medians(run_submission, tmp_path):
    results = run_submission(bss_eval=True)
    frames = tmp_path / "results" / FRAMES_FOLDER
    assert {path.stem for path in frames.iterdir()} == {song.name for song in results.songs}
    stated = json.loads((tmp_path / "results" / "results.json").read_text())
    for song in stated["songs"]:
        for target, by_metric in read_frame_scores(frames / f"{song['name']}.json").medians().items():
            for metric, median in by_metric.items():
                assert song["bss_eval"][metric][target] == pytest.approx(median, abs=1e-5)
    of_songs = [song["bss_eval"]["SIR"]["vocals"] for song in stated["songs"]]
    assert stated["median"]["bss_eval"]["SIR"]["vocals"] == pytest.approx(np.median(of_songs))

    run_submission(songs=["Alpha"])
    assert not list(frames.iterdir()), "frames of an earlier run would pass for those of this one"


def test_a_song_whose_frames_cannot_be_kept_has_its_scores_and_says_so(run_submission, monkeypatch):
    def refuse(scores, path):
        raise OSError(36, "File name too long")

    monkeypatch.setattr(evaluation, "write_frame_scores", refuse)
    (song,) = run_submission(bss_eval=True, songs=["Alpha"]).songs
    assert song.ok
    assert song.bss_eval["SDR"].keys() == {*STEMS, ACCOMPANIMENT}
    told = [finding.message for finding in song.audit]
    assert "the seconds of its BSSEval scores are not kept: File name too long" in told
    assert not any("not scored" in message for message in told)


def test_a_song_that_bsseval_cannot_take_keeps_the_challenges_score(run_submission, monkeypatch):
    def refuse(track, estimates):
        raise AudioError("The stems are not alike.")

    monkeypatch.setattr("evaluator.evaluate.bss_eval_song", refuse)
    song = run_submission(bss_eval=True, songs=["Alpha"]).songs[0]
    assert set(song.sdr) == {*STEMS, "mean"}
    assert song.bss_eval is None
    assert "not scored with BSSEval: The stems are not alike." in [finding.message for finding in song.audit]


def test_a_run_records_its_machine_and_its_folder_of_songs(run_submission, two_songs, tmp_path):
    run_submission()
    stated = json.loads((tmp_path / "results" / "results.json").read_text())
    assert stated["data"] == str(two_songs)
    assert set(stated["hardware"]) == {"cpu", "cpus", "memory_bytes", "gpu", "system"}
    assert stated["hardware"]["cpu"]
    assert stated["hardware"]["memory_bytes"] > 1e8


def test_resume_runs_only_songs_whose_result_is_missing_or_invalid(run_submission, tmp_path, calls):
    run_submission(COUNTER)
    run_submission(COUNTER, resume=True)
    assert calls() == {"Alpha": 1, "Jokers, Jacks & Kings": 1}
    (tmp_path / "results" / "Alpha" / "bass.wav").write_bytes(b"damaged")
    results = run_submission(COUNTER, resume=True)
    assert calls() == {"Alpha": 2, "Jokers, Jacks & Kings": 1}
    assert results.ok
    assert len(results.songs) == 2


def test_resume_repeats_a_song_that_failed(run_submission, calls, tmp_path):
    body = f"if name == 'Alpha' and not os.path.exists({str(tmp_path / 'mended')!r}): raise RuntimeError\n" + COUNTER
    run_submission(body)
    (tmp_path / "mended").touch()
    assert run_submission(body, resume=True).ok
    assert calls() == {"Alpha": 1, "Jokers, Jacks & Kings": 1}


def test_resume_repeats_every_song_when_the_submission_has_changed(run_submission, calls, caplog):
    run_submission(COUNTER)
    run_submission(COUNTER + "  # changed", resume=True)
    assert calls() == {"Alpha": 2, "Jokers, Jacks & Kings": 2}
    assert "The submission has changed since the earlier run" in caplog.text


def test_resume_repeats_songs_that_are_over_a_tighter_limit(run_submission, calls):
    body = "time.sleep(1 if name == 'Alpha' else 0)\n" + COUNTER
    run_submission(body)
    results = run_submission(body, resume=True, limit=0.25)
    assert calls() == {"Alpha": 1, "Jokers, Jacks & Kings": 1}
    assert [song.ok for song in results.songs] == [False, True]


def test_resume_keeps_the_rows_of_songs_that_are_not_selected(run_submission, calls):
    run_submission(COUNTER)
    results = run_submission(COUNTER, resume=True, songs=["Alpha"])
    assert [song.name for song in results.songs] == ["Alpha", "Jokers, Jacks & Kings"]
    assert calls() == {"Alpha": 1, "Jokers, Jacks & Kings": 1}


def test_ctrl_c_keeps_the_songs_that_had_ended(run_submission, tmp_path, calls, monkeypatch):
    def stop_at_second_song(options, report, on_song):
        def on_first(song):
            raise KeyboardInterrupt

        run_child(options, report, on_first)

    monkeypatch.setattr("evaluator.runner.run_child", stop_at_second_song)
    with pytest.raises(KeyboardInterrupt):
        run_submission(COUNTER)
    monkeypatch.undo()
    monkeypatch.setenv("COUNTER", str(tmp_path / "calls"))
    rows = read_earlier_run(tmp_path / "results").songs
    assert rows["Alpha"].ok
    assert "Jokers, Jacks & Kings" not in rows
    assert run_submission(COUNTER, resume=True).ok
    assert calls()["Alpha"] == 1


def test_resume_refuses_a_results_file_of_something_else(run_submission, tmp_path):
    run_submission()
    path = tmp_path / "results" / "results.json"
    good = path.read_text()
    for bad in ('{"songs": [{"title": "?"}]}', "[]", "no JSON", good.replace('"seconds": 0', '"seconds": "abc')):
        path.write_text(bad)
        with pytest.raises(ResultsError, match="must be a results.json of this program.*without --resume"):
            run_submission(resume=True)


@pytest.mark.parametrize("results", ["songs", "songs/Alpha/..", "."])
def test_results_that_would_replace_the_songs_are_refused(tmp_path, two_songs, make_track, results):
    make_track(tmp_path / "songs" / "songs")
    predict = tmp_path / "predict.py"
    predict.touch()
    before = {path: path.read_bytes() for path in two_songs.rglob("*.wav")}
    options = EvaluationOptions(RunOptions(predict, parse_limit("kit")), discover_tracks(two_songs), tmp_path / results)
    with pytest.raises(SubmissionError, match="would replace"):
        evaluate(options)
    assert {path: path.read_bytes() for path in two_songs.rglob("*.wav")} == before


@pytest.mark.parametrize("name", ["results.json", "report.html", "bsseval", "predict-1.log"])
def test_a_song_called_like_a_file_of_the_results_is_refused(run_submission, two_songs, make_track, name):
    make_track(two_songs / name)
    with pytest.raises(TrackError, match=f"may not be called like a file of the results. Got '{name}'"):
        run_submission()


@pytest.mark.parametrize("name", ["\u97f3" * 84, "-x", "[bold]", "a\nb", "\u00e9t\u00e9", "a b.wav"])
def test_songs_may_have_odd_names(run_submission, two_songs, make_track, name):
    make_track(two_songs / name)
    assert run_submission(songs=[name]).ok
    assert run_submission(songs=[name]).ok


def break_reference(path, samples=4000, channels=2):
    soundfile.write(path, np.zeros((samples, channels)), 44_100)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda path: break_reference(path), "must have the channels and samples of its reference"),
        (lambda path: break_reference(path, channels=1), "must have the channels and samples of its reference"),
        (lambda path: path.write_text("version https://git-lfs.github.com/spec/v1"), "readable"),
        (lambda path: soundfile.write(path, np.full((4410, 2), np.nan), 44_100, "FLOAT"), ""),
    ],
)
def test_a_song_with_a_bad_reference_is_not_scored_and_costs_no_other_song(run_submission, two_songs, spoil, told):
    spoil(two_songs / "Alpha" / "bass.wav")
    results = run_submission()
    assert results.ok
    assert results.songs[0].sdr is None
    assert results.songs[1].sdr is not None
    warning = next(finding.message for finding in results.songs[0].audit if finding.message.startswith("not scored"))
    assert told in warning
    json.loads(results.as_json())


def test_differences_from_the_challenge_are_warned_of_before_the_run(run_submission, two_songs, caplog):
    soundfile.write(two_songs / "Alpha" / "mixture.wav", np.zeros((4000, 1)), 48_000)
    run_submission(songs=["Alpha"])
    assert "'Alpha': The mixture has 48000 Hz and 1 channels; the challenge's have 44100 Hz and 2." in caplog.text
    assert "The true bass has 4410 samples" in caplog.text


def test_stems_of_a_mono_mixture_are_audited_too(run_submission, two_songs):
    soundfile.write(two_songs / "Alpha" / "mixture.wav", np.zeros(4410), 44_100)
    results = run_submission("write(np.full((4410, 2), np.nan), subtype='FLOAT')", songs=["Alpha"])
    assert any("NaN" in finding.message for finding in results.songs[0].audit)


def test_a_mixture_without_samples_is_refused(run_submission, two_songs):
    soundfile.write(two_songs / "Alpha" / "mixture.wav", np.zeros((0, 2)), 44_100)
    with pytest.raises(AudioError, match="The mixture of 'Alpha' must hold samples"):
        run_submission()


def test_workspaces_of_killed_runs_are_removed(run_submission, tmp_path):
    gone = subprocess.Popen(["true"])
    gone.wait()
    abandoned = tmp_path / "results" / f".run-{gone.pid}-abcd"
    abandoned.mkdir(parents=True)
    run_submission(songs=["Alpha"])
    assert not abandoned.exists()


def test_a_fallback_and_a_plan_cut_short_in_the_log_are_findings(run_submission):
    body = "\n".join(
        f"name == 'Alpha' and print(f\"ERROR {word}: '{{mixture_file_path}}' is a quarter\")"
        for word in LOGGED_TROUBLES
    )
    results = run_submission(f"{body}\nwrite()")
    found = [[finding.message for finding in song.audit if "as planned" in finding.message] for song in results.songs]
    assert found[0][0].startswith("the model failed (FALLBACK in predict-1.log)")
    assert found[0][1].startswith("the time did not suffice for the plan (GUARD in predict-1.log)")
    assert found[1] == []


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
        evaluate(EvaluationOptions(run, discover_tracks(two_songs), tmp_path / "results"))


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


def test_more_cpus_than_there_are_is_a_warning_and_starts_no_more_threads(run_submission, caplog):
    body = "assert int(os.environ['OMP_NUM_THREADS']) == len(os.sched_getaffinity(0)); write()"
    assert run_submission(body, cpus=4096).ok
    assert "Asked for 4096 CPUs" in caplog.text


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
