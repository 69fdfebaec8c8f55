"""test.py and score.py as a user runs them, in a copy of the repository without data."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("audio", "evaluator", "models", "my_submission", "separation")


@pytest.fixture
def clone(tmp_path):
    """A copy of what the scripts need, as a fresh clone has it."""
    folder = tmp_path / "clone"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for script in ("predict.py", "test.py", "score.py"):
        shutil.copy(ROOT / script, folder)
    return folder


def run(clone, script):
    return subprocess.run([sys.executable, script], cwd=clone, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("script", ["test.py", "score.py"])
def test_without_songs_there_is_one_message_with_the_next_step(clone, script):
    done = run(clone, script)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: The folder")
    assert str(clone / "data" / "test") in done.stderr
    assert "mdx samples" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_song_without_stems_is_one_message_of_score_py(clone, make_track):
    make_track(clone / "data" / "test" / "Alpha")
    (clone / "data" / "results").mkdir()
    done = run(clone, "score.py")
    assert done.returncode == 2
    assert done.stderr.startswith("Error: A stem must be a readable file.")
    assert "bass.wav" in done.stderr
    assert "Traceback" not in done.stderr


def test_test_py_evaluates_and_score_py_prints_the_kits_scores(clone, make_track):
    make_track(clone / "data" / "test" / "Alpha")
    (clone / "my_submission" / "plan.yaml").write_text("model: mixture-quarter\n")
    done = run(clone, "test.py")
    assert done.returncode == 0, done.stderr
    assert "All 1 songs pass." in done.stdout
    scored = run(clone, "score.py")
    assert scored.returncode == 0, scored.stderr
    assert scored.stdout.startswith(
        "Calculating scores for local run...\nEvaluating for: Alpha\n{'Alpha': {'sdr_bass': "
    )
