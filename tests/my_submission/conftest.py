"""Fixtures: a copy of what the grader gets, with the evaluator that the grader brings."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GRADED = ("audio", "transforms", "models", "separation", "my_submission", "predict.py", "test.py", "run.sh")


@pytest.fixture
def graded_repository(tmp_path):
    """The repository as the grader lays it out: our code, its own `evaluator/`, its package for events."""
    folder = tmp_path / "repository"
    folder.mkdir()
    for name in GRADED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    for stand_in in ("evaluator", "aicrowd_api"):
        shutil.copytree(ROOT / "rehearsal" / "grader" / stand_in, folder / stand_in)
    return folder


@pytest.fixture
def write_plan(tmp_path, monkeypatch):
    """Return a function that makes both adapters use this plan."""

    def write(text: str) -> Path:
        path = tmp_path / "plan.yaml"
        path.write_text(text)
        monkeypatch.setattr("my_submission.predictor.PLAN_PATH", path)
        monkeypatch.setattr("my_submission.user_config.PLAN_PATH", path)
        return path

    return write
