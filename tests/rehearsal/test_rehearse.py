"""Whole rehearsals of a small repository: what passes, and by which words each fault is found."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import soundfile

from rehearsal.rehearse import RehearsalOptions, rehearse
from rehearsal.report import RehearsalError
from separation.limits import TimeLimit
from submission.leaderboard_file import write_aicrowd_json
from tests.rehearsal.conftest import SDX23_SUBMISSION, submission

ROOT = Path(__file__).parents[2]
LEAVE_NO_FILE = "write(stems=STEMS[:3])"
SWALLOW_THE_ALARM = """
while True:
    try:
        time.sleep(30)
    except BaseException:
        pass
"""
NETWORK = "import socket; socket.create_connection(('example.org', 80))"
LOOK_AROUND = """
assert os.listdir(os.path.expanduser('~')) == []
assert os.listdir(os.path.dirname(mixture_file_path)) == ['mixture.wav']
assert 'A_SECRET' not in os.environ and os.environ['CUDA_VISIBLE_DEVICES'] == ''
assert os.environ['AICROWD_IS_GRADING'] == 'True'
assert not hasattr(os, 'sched_getaffinity') or len(os.sched_getaffinity(0)) == 1
assert os.getcwd().endswith('clone')
write()
"""


def test_a_good_submission_passes_as_the_grader_sees_it(repository, perform, monkeypatch, tmp_path):
    monkeypatch.setenv("A_SECRET", "token")
    repository.write("predict.py", submission(LOOK_AROUND))
    commit = repository.commit()
    report = perform(output=tmp_path / "out")
    assert report.ok, report.remarks
    assert report.commit == commit
    assert [step.name for step in report.steps] == ["clone", "songs", "environment", "run", "judgement"]
    assert [event[1] for event in report.events] == ["execution_started", "execution_progress", "execution_success"]
    (song,) = report.results.songs
    assert 0 < song.seconds < song.limit_seconds
    assert song.peak_memory_bytes > 1e6
    # A quarter of a sum of four independent stems: 10 log10(1 / ((3/4)^2 + 3/16)) = 1.25 dB.
    assert song.sdr["mean"] == pytest.approx(1.25, abs=0.15)
    assert not report.environment_rehearsed
    kept = json.loads((tmp_path / "out" / "rehearsal.json").read_text())
    assert kept["ok"]
    assert kept["results"]["songs"][0]["sdr"] == song.sdr
    assert soundfile.info(tmp_path / "out" / "stems" / "Alpha" / "bass.wav").frames == 4410


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param(LEAVE_NO_FILE, ["vocals.wav was not written", "verification failed"], id="a stem is missing"),
        pytest.param(
            "raise RuntimeError('no such layer')",
            ["failed although run.sh ended with exit code 0: RuntimeError: no such layer. In grading mode"],
            id="an exception that ends with 0",
        ),
        pytest.param("write(mixture[1:])", ["samples must be 4410, got 4409"], id="one sample short"),
        pytest.param("write(); os._exit(0)", ["ended without telling the grader"], id="leaves without a word"),
        pytest.param("import evaluator.metrics", ["No module named 'evaluator.metrics'"], id="our evaluator is gone"),
    ],
)
def test_a_fault_is_found_by_its_words(repository, perform, body, told):
    repository.write("predict.py", submission(body))
    repository.commit()
    report = perform()
    said = "\n".join([*(remark.message for remark in report.remarks), report.log_tail])
    said += "\n".join(f"{song.name}: {song.failure}" for song in report.results.songs)
    assert not report.ok
    assert [words for words in told if words not in said] == [], said


@pytest.mark.parametrize("body", ["time.sleep(30)", SWALLOW_THE_ALARM], ids=["sleeps", "swallows the alarm"])
def test_a_song_that_takes_too_long_is_stopped(repository, perform, errors, body):
    repository.write("predict.py", submission(body))
    repository.commit()
    assert "Alpha: Over the time limit" in errors(perform(seconds=1.0))


def test_memory_beyond_the_limit_stops_the_run(repository, perform, errors):
    repository.write("predict.py", submission("hoard = np.ones(2 * 10**7); time.sleep(30)"))
    repository.commit()
    assert "Alpha: Over the memory limit" in errors(perform(memory_limit_bytes=150_000_000))


@pytest.mark.parametrize(
    "body",
    [
        "open(os.path.join(os.path.dirname(mixture_file_path), 'cache'), 'w').close(); write()",
        "os.chmod(mixture_file_path, 0o666); soundfile.write(mixture_file_path, mixture, rate); write()",
    ],
    ids=["a file beside the song", "the song itself"],
)
def test_writing_to_the_songs_fails_and_says_that_they_are_read_only(repository, perform, body):
    repository.write("predict.py", submission(body))
    repository.commit()
    report = perform()
    assert not report.ok
    assert "read-only at grading" in "\n".join(remark.message for remark in report.remarks)


@pytest.mark.parametrize("phase", ["prediction", "prediction_setup"])
def test_asking_for_the_network_fails_and_names_who_asked(repository, perform, errors, hints, phase):
    repository.write("predict.py", submission(NETWORK) if phase == "prediction" else submission(setup=NETWORK))
    repository.commit()
    report = perform()
    assert "The network is cut" in errors(report)
    assert re.search(rf"predict.py:\d+ \({phase}\) asked for", errors(report))
    assert "commit what is downloaded" in hints(report)


def test_weights_that_are_not_committed_are_named(repository, perform, errors):
    repository.write("predict.py", submission("write()", setup="np.load('models/weights/mine.npy')"))
    repository.write(".gitignore", "models/weights/\n")
    repository.write("models/weights/mine.npy", "weights", add=False)
    repository.commit()
    assert "names what is in the working tree and not in the commit: models/weights/mine.npy" in errors(perform())


def test_a_pointer_whose_file_is_nowhere_ends_the_rehearsal(repository, perform, errors):
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 8000000\n"
    repository.write(".gitattributes", "*.pth filter=lfs\n")
    repository.write("mine.pth", pointer)
    repository.commit()
    report = perform()
    assert "'mine.pth' is a Git LFS pointer, and its file of 8.0 MB is not in" in errors(report)
    assert report.results is None
    assert [step.name for step in report.steps] == ["clone"]


def test_two_runs_in_one_are_one_too_many(repository, perform, errors):
    repository.write("predict.py", submission() + "Predictor().run()\n")
    repository.commit()
    said = errors(perform())
    assert "A run must announce its start once" in said
    assert "Nothing may follow the end of a run" in said


def test_a_run_sh_that_runs_no_predictor_says_nothing_to_the_grader(repository, perform, errors):
    repository.write("run.sh", "echo separated\n")
    repository.commit()
    assert "run.sh ended with exit code 0 without a word to the grader" in errors(perform())


def test_what_is_not_committed_is_warned_of_and_not_rehearsed(repository, perform):
    repository.write("predict.py", "raise SystemExit('never')", add=False)
    report = perform()
    assert report.ok
    assert report.remarks[0].message == "Not committed, so not rehearsed (1): predict.py."


def test_sdx23_runs_the_class_through_the_wrapper_without_a_run_sh(repository, perform):
    repository.git("rm", "--quiet", "run.sh", "predict.py")
    repository.write("my_submission/user_config.py", SDX23_SUBMISSION)
    repository.commit()
    report = perform(challenge="sdx23")
    assert report.ok, report.remarks
    assert report.results.songs[0].sdr["mean"] == pytest.approx(1.25, abs=0.15)
    assert report.results.setup_seconds > 0
    assert report.events == []


def test_the_challenge_is_that_of_the_committed_aicrowd_json_wherever_the_command_is_given(repository, perform):
    repository.write("my_submission/user_config.py", SDX23_SUBMISSION)
    write_aicrowd_json(repository.folder / "aicrowd.json", "sdx23-c", gpu=False)
    repository.git("add", "aicrowd.json")
    repository.commit()
    write_aicrowd_json(repository.folder / "aicrowd.json", "mdx21-b", gpu=False)
    report = perform(path=repository.folder / "my_submission")
    assert (report.challenge, report.ok) == ("sdx23", True), report.remarks


def test_sdx23_refuses_a_model_that_lacks_a_stem(repository, perform, errors):
    source = SDX23_SUBMISSION.replace("# The end.", "del stems['bass']")
    repository.write("my_submission/user_config.py", source)
    repository.commit()
    report = perform(challenge="sdx23")
    assert "Alpha: AssertionError: All instrument not present" in errors(report)
    assert report.exit_code == 1


@pytest.mark.parametrize(("share", "level"), [("100.0%", "error"), ("40.0%", "warning")])
def test_a_song_that_the_model_fails_on_is_told_though_its_files_are_valid(repository, perform, share, level):
    line = f"ERROR FALLBACK: A song of 0.1 s is {share} by 'a quarter of the mixture', after 1 s. KeyError"
    source = SDX23_SUBMISSION.replace("# The end.", f'import sys; print("{line}", file=sys.stderr)')
    repository.write("my_submission/user_config.py", source)
    repository.commit()
    report = perform(challenge="sdx23")
    (remark,) = [remark for remark in report.remarks if remark.subject == "Alpha"]
    assert remark.message.startswith("the model failed (FALLBACK in run.log)")
    assert remark.level == level
    assert report.ok is (level == "warning")


@pytest.mark.parametrize("name", ["nowhere", "songs"])
def test_what_is_no_repository_is_refused(two_songs, tmp_path, monkeypatch, name):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    with pytest.raises(RehearsalError, match=r"What is rehearsed must be a .*Got '.*Name a repository|commit first"):
        rehearse(RehearsalOptions(path=tmp_path / name, limit=TimeLimit("test", 1.0)))


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="asks git; this tree is no repository")
def test_the_committed_submission_of_this_repository_passes(two_songs, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    options = RehearsalOptions(ROOT, TimeLimit("kit", 240.0), environment="current", data=two_songs, songs=["Alpha"])
    report = rehearse(options)
    assert report.ok, (report.remarks, report.log_tail)
    assert report.results.plan["model"]
