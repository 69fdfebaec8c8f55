"""`mdx new-model` as a user types it."""

import re
import shutil

import pytest

from models.errors import ScaffoldError
from models.scaffold import REPOSITORY
from tests.mdx.test_cli import mdx


def test_the_files_and_the_next_steps_are_named(tmp_path, monkeypatch):
    for folder in ("models", "tests/models"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(REPOSITORY / "models" / "manifest.yaml", tmp_path / "models")
    monkeypatch.setattr("models.scaffold.REPOSITORY", tmp_path)
    monkeypatch.chdir(tmp_path)
    printed = " ".join(mdx("new-model", "mine").output.split())
    assert "Wrote 'models/mine.py' and 'tests/models/test_mine.py'" in printed
    assert "python -m pytest tests/models/test_mine.py" in printed
    assert "mdx separate SONG --model mine --random-weights" in printed


def test_another_folder_than_the_clones_is_refused_and_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScaffoldError, match=re.escape(f"'{REPOSITORY}'. Got the folder '{tmp_path}'")):
        mdx("new-model", "mine")
    assert not (REPOSITORY / "models" / "mine.py").exists()
