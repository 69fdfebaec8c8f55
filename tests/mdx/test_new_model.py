"""`mdx new-model` as a user types it."""

import shutil

from models.scaffold import REPOSITORY
from tests.mdx.test_cli import mdx


def test_the_files_and_the_next_steps_are_named(tmp_path, monkeypatch):
    for folder in ("models", "tests/models"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(REPOSITORY / "models" / "manifest.yaml", tmp_path / "models")
    monkeypatch.setattr("models.scaffold.REPOSITORY", tmp_path)
    printed = " ".join(mdx("new-model", "mine").output.split())
    assert "Wrote 'models/mine.py' and 'tests/models/test_mine.py'" in printed
    assert "python -m pytest tests/models/test_mine.py" in printed
    assert "mdx separate SONG --model mine --random-weights" in printed
