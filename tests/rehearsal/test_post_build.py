"""The script after the build runs by its own first line, with nothing of this machine's user."""

from __future__ import annotations

import json
import sys

import pytest

from rehearsal.environment import Environment, current_environment
from rehearsal.folder import Folder
from rehearsal.isolation import View, runs_in
from rehearsal.post_build import run_post_build
from rehearsal.report import BuildError
from rehearsal.view import view_for

LOOK_AROUND = """#!/usr/bin/env python
import json, os, shutil, sys
facts = {
    "home": os.listdir(os.path.expanduser("~")),
    "variables": dict(os.environ),
    "secret": os.path.exists(%r),
    "python": shutil.which("python"),
}
json.dump(facts, open("facts.json", "w"))
"""


@pytest.fixture
def prepare(tmp_path):
    """Return a function: text of the script -> what runs it, after which its folder is returned."""
    folder = Folder(tmp_path / "root")
    folder.make()
    folder.clone.mkdir()
    programs = folder.venv / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    environment = Environment("fresh", [str(programs / "python")], rehearsed=True)

    def run(script):
        (folder.clone / "postBuild").write_text(script)
        view = view_for([folder.root, *environment.folders()], programs / "python", tmp_path / "repository")
        run_post_build(folder, environment, view)
        return folder

    return run


def test_it_sees_an_empty_home_its_own_variables_and_no_other_folder(prepare, tmp_path, monkeypatch):
    secret = tmp_path / "repository" / "w.npy"
    secret.parent.mkdir()
    secret.touch()
    monkeypatch.setenv("MY_TOKEN", "hunter2")
    folder = prepare(LOOK_AROUND % str(secret))
    facts = json.loads((folder.clone / "facts.json").read_text())
    assert facts["home"] == []
    assert "MY_TOKEN" not in facts["variables"]
    assert facts["python"] == str(folder.venv / "bin" / "python")
    can_hide = runs_in(View([str(tmp_path)], [str(folder.root)], []), ["true"])
    assert facts["secret"] is not can_hide


def test_one_without_a_first_line_is_the_shells_and_its_failure_is_told(prepare):
    with pytest.raises(BuildError, match=r"could not run postBuild \(exit code 3\):\nno such file"):
        prepare("echo no such file; exit 3\n")


def test_a_rehearsal_runs_it_after_the_packages(repository, perform, monkeypatch, errors):
    monkeypatch.setattr("rehearsal.preparation.build_environment", lambda *arguments: current_environment())
    repository.write("requirements.txt", "")
    repository.write("postBuild", "exit 4\n")
    repository.commit()
    assert "could not run postBuild (exit code 4)" in errors(perform(environment="fresh"))
