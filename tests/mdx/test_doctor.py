"""`mdx doctor`: what a user types, its exit code, JSON, and this repository itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from audio import KitError
from doctor.document import check_table
from mdx.cli import app

ROOT = Path(__file__).parents[2]
ONLY_A_COMPETITOR_KNOWS = {("authors", "authors"), ("remote", "aicrowd")}
"""What is rightly said of the kit itself: nobody has put a name and a remote into it."""


def mdx(*arguments, expect=0):
    done = CliRunner().invoke(app, ["doctor", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == expect, done.output
    return done.output


@pytest.fixture(scope="module")
def own_clone(tmp_path_factory):
    """A clone of this repository's HEAD."""
    if not (ROOT / ".git").exists():
        pytest.skip("asks git; this tree is no repository")
    path = tmp_path_factory.mktemp("own") / "kit"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(path)], check=True)
    subprocess.run(["git", "checkout", "--quiet", "-B", "main"], cwd=path, check=True)
    return path


@pytest.fixture(autouse=True)
def no_kept_times(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_this_repository_passes_and_only_lacks_what_a_competitor_knows(own_clone):
    document = json.loads(mdx(own_clone, "--json"))
    found = {(finding["check"], finding["subject"]) for finding in document["findings"]}
    assert found <= ONLY_A_COMPETITOR_KNOWS, document["findings"]
    assert {row["state"] for row in document["checks"]} <= {"ok", "warning"}
    assert document["passes"] is True


def test_what_is_wrong_ends_with_1_and_the_verdict_is_the_last_line(own_clone):
    output = mdx(own_clone, "--challenge", "sdx23", expect=1)
    assert output.splitlines()[0].startswith("error labelnoise (declaration-keys)")
    assert output.splitlines()[-1].startswith("Not to be submitted yet. ")


def test_an_examination_runs_no_code_of_the_repository_and_writes_nothing(own_clone):
    (own_clone / "my_submission" / "predictor.py").write_text("raise SystemExit('was run')\n")
    before = {path: path.stat().st_mtime_ns for path in own_clone.rglob("*")}
    mdx(own_clone)
    assert {path: path.stat().st_mtime_ns for path in own_clone.rglob("*")} == before
    subprocess.run(["git", "checkout", "--quiet", "."], cwd=own_clone, check=True)


@pytest.fixture
def run_broken(own_clone):
    """Return a function that breaks a file of the clone and runs a command with the clone's own code."""

    def run(name, text, *words):
        (own_clone / name).write_text(text)
        command = [sys.executable, "-m", "mdx", *words]
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return subprocess.run(command, cwd=own_clone, env=environment, capture_output=True, text=True, check=False)

    yield run
    subprocess.run(["git", "checkout", "--quiet", "."], cwd=own_clone, check=True)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("audio/errors.py", "def\n", "SyntaxError"),
        ("separation/plan.py", "foo\n", "NameError: name 'foo' is not defined"),
        ("separation/plan.py", "raise ValueError('no')\n", "ValueError: no"),
    ],
)
def test_a_clone_whose_own_code_is_broken_is_a_finding_and_no_traceback(run_broken, name, text, says):
    done = run_broken(name, text, "doctor", "--json")
    assert (done.returncode, done.stderr) == (1, "")
    (finding,) = json.loads(done.stdout)["findings"]
    assert finding["subject"].endswith(name)
    assert says in finding["finding"]


def test_a_submission_out_of_a_broken_clone_says_the_same(run_broken):
    told = [run_broken("separation/plan.py", "foo\n", command) for command in ("doctor", "submit")]
    assert told[0].stdout.splitlines()[-1].startswith("Not to be submitted yet.")
    assert {(done.returncode, done.stdout) for done in told} == {(1, told[0].stdout)}
    document = json.loads(run_broken("audio/errors.py", "def\n", "submit", "--json").stdout)
    assert (document["done"], document["committed"], document["proposal"]) == (False, False, None)
    assert document["error"] == document["doctor"]["findings"][0]["finding"]


def test_a_path_that_is_no_folder_is_bad_input(tmp_path):
    with pytest.raises(KitError, match="must be a folder"):
        mdx(tmp_path / "nowhere")


def test_the_current_folder_is_examined_unless_another_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert json.loads(mdx("--json", expect=1))["path"] == os.curdir


def test_the_document_lists_every_check():
    assert check_table() in (ROOT / "docs" / "submit.md").read_text(), (
        "Run `python -m doctor.document docs/submit.md` and commit the document."
    )
