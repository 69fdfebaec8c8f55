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


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_clone_whose_own_code_is_broken_is_a_finding_and_no_traceback(own_clone, options):
    (own_clone / "audio" / "errors.py").write_text("def\n")
    command = [sys.executable, "-m", "mdx", "doctor", *options]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=own_clone, env=environment, capture_output=True, text=True, check=False)
    subprocess.run(["git", "checkout", "--quiet", "."], cwd=own_clone, check=True)
    assert (done.returncode, done.stderr) == (1, "")
    if options:
        (finding,) = json.loads(done.stdout)["findings"]
        assert finding["subject"].endswith("errors.py")
    else:
        assert "The kit's own code cannot be imported: SyntaxError" in done.stdout
        assert done.stdout.splitlines()[-1].startswith("Not to be submitted yet.")


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
