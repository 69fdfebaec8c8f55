"""`mdx rehearse` and `mdx leaderboard` as a user types them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from typer.testing import CliRunner

from mdx.cli import app, main
from tests.rehearsal.conftest import small_repository, submission

DEADLINE_SECONDS = 120


@pytest.fixture
def repository(tmp_path):
    return small_repository(tmp_path / "repository")


@pytest.fixture
def arguments(repository, two_songs):
    return ["rehearse", str(repository.folder), "--environment", "current", "--data", str(two_songs), "--song", "Alpha"]


def mdx(*arguments, expect=0):
    done = CliRunner().invoke(app, [*arguments, "--limit", "60"], catch_exceptions=False)
    assert done.exit_code == expect, done.output
    return done.stdout


def test_a_rehearsal_prints_its_steps_scores_and_verdict(arguments):
    output = " ".join(mdx(*arguments).split())
    for words in ("clone", "set-up", "MDX SDR", "execution_started, execution_progress, execution_success"):
        assert words in output
    assert "The rehearsal passed, but its environment was the running one" in output


def test_json_holds_all_of_it_and_a_failure_exits_with_1(arguments, repository):
    repository.write("predict.py", submission("raise RuntimeError('no [such] layer')"))
    repository.commit()
    printed = json.loads(mdx(*arguments, "--json", expect=1))
    assert not printed["ok"]
    assert printed["commit"] == repository.git("rev-parse", "HEAD").strip()
    assert printed["results"]["songs"][0]["failure"] == "RuntimeError: no [such] layer"
    assert [event[1] for event in printed["events"]][-1] == "execution_error"
    output = " ".join(mdx(*arguments, expect=1).split())
    assert "no [such] layer" in output
    assert "The rehearsal failed: 2 errors." in output


def test_words_of_a_submission_that_no_terminal_can_show_are_printed_in_their_place(
    arguments, repository, monkeypatch, capsys
):
    repository.write("predict.py", submission("raise RuntimeError('no \\ud800 layer')"))
    repository.commit()
    monkeypatch.setattr(sys, "argv", ["mdx", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "RuntimeError: no \\ud800 layer" in capsys.readouterr().out


def test_the_challenge_is_the_one_that_is_named_or_left_to_the_commit(repository, monkeypatch):
    asked = []
    monkeypatch.setattr("mdx.rehearse._perform", lambda options, as_json: asked.append(options.challenge) or True)
    mdx("rehearse", str(repository.folder))
    mdx("rehearse", str(repository.folder), "--challenge", "mdx21")
    assert asked == [None, "mdx21"]


def test_the_kept_folder_is_named_and_holds_the_clone(arguments, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kept = json.loads(mdx(*arguments, "--keep", "--json"))["kept_folder"]
    assert os.path.isfile(os.path.join(kept, "clone", "run.sh"))


def test_ctrl_c_ends_the_submission_and_removes_the_folder(arguments, repository, tmp_path):
    hang = "open('marker.part', 'w').write(str(os.getpid())); os.rename('marker.part', 'marker'); time.sleep(600)"
    repository.write("predict.py", submission(hang))
    repository.commit()
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "mdx", *arguments, "--limit", "600"],
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not (markers := list(temporary.glob("*/clone/marker"))):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "predict.py never began"
        time.sleep(0.05)
    pid = int(markers[0].read_text())
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=DEADLINE_SECONDS)[1]
    assert process.returncode == 130, told
    assert told.rstrip().endswith("Stopped.")
    assert list(temporary.iterdir()) == []
    assert not psutil.pid_exists(pid)


def test_leaderboard_writes_the_file_and_says_what_is_in_it(tmp_path):
    path = tmp_path / "aicrowd.json"
    done = CliRunner().invoke(app, ["leaderboard", "sdx23-a", "--gpu", "--file", str(path)], catch_exceptions=False)
    assert done.exit_code == 0
    assert "labelnoise: True" in done.stdout
    assert json.loads(path.read_text())["gpu"] is True
