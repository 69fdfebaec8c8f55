"""Fixtures: a small repository whose run.sh separates with a few lines of numpy, and rehearsing it."""

from __future__ import annotations

import os
import subprocess
import textwrap

import pytest

from rehearsal.rehearse import RehearsalOptions, rehearse
from separation.limits import TimeLimit
from tests.evaluator.conftest import SUBMISSION

SDX23_SUBMISSION = """
class MySeparationModel:
    instruments = ["bass", "drums", "other", "vocals"]

    def separate_music_file(self, mixed_sound_array, sample_rate):
        stems = {name: mixed_sound_array / 4 for name in self.instruments}
        rates = dict.fromkeys(self.instruments, sample_rate)
        # The end.
        return stems, rates
"""


class Repository:
    """A git repository of which every commit is made by a test."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet")

    def git(self, *arguments):
        who = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
        command = ["git", "-C", str(self.folder), *who, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def commit(self):
        self.git("commit", "--quiet", "--allow-empty", "-m", "work")
        return self.git("rev-parse", "HEAD").strip()

    def write(self, name, text, *, add=True):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if add:
            self.git("add", "--force", name)
        return path


@pytest.fixture
def repository(tmp_path):
    """A repository with one commit: run.sh, and a predict.py that gives a quarter of the mixture."""
    return small_repository(tmp_path / "repository")


def small_repository(folder):
    """Make what the fixture `repository` gives."""
    made = Repository(folder)
    made.write("run.sh", "#!/bin/bash\nset -e\npython predict.py\n")
    made.git("update-index", "--chmod=+x", "run.sh")
    (folder / "run.sh").chmod(0o755)
    made.write("predict.py", submission())
    made.write("evaluator/__init__.py", "raise RuntimeError('the grader replaces this folder')\n")
    made.commit()
    return made


def submission(body="write()", setup="pass"):
    """Return the source of a predict.py."""
    code = {name: textwrap.indent(textwrap.dedent(text), " " * 8) for name, text in (("setup", setup), ("body", body))}
    return SUBMISSION.format(**code)


@pytest.fixture
def perform(tmp_path, repository, two_songs, monkeypatch):
    """Return a function that rehearses the repository with the running environment, temporary files in `tmp`."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))

    def run(*, seconds=60.0, **options):
        defaults = {
            "path": repository.folder,
            "environment": "current",
            "data": two_songs,
            "songs": ["Alpha"],
            "cpus": 1,
        }
        limit = TimeLimit("test", seconds)
        report = rehearse(RehearsalOptions(limit=limit, **(defaults | options)))
        assert options.get("keep") or not os.listdir(temporary), "the rehearsal left something"
        return report

    return run


@pytest.fixture
def errors():
    """Return a function: report -> its errors, as one text."""
    return lambda report: "\n".join(
        f"{remark.subject}: {remark.message}" for remark in report.remarks if remark.level == "error"
    )


@pytest.fixture
def hints():
    """Return a function: report -> its hints, as one text."""
    return lambda report: "\n".join(remark.message for remark in report.remarks if remark.subject == "hint")
