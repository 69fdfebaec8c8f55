"""A machine without weights: no folder that the search looks into has anything, and the network is forbidden."""

from __future__ import annotations

import pytest

from models import checkpoints


@pytest.fixture
def bare_machine(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("MDX_OFFLINE", "1")
    monkeypatch.delenv("MDX_WEIGHTS_DIR", raising=False)
    monkeypatch.setattr(checkpoints, "REPOSITORY_FOLDER", tmp_path / "repository" / "weights")
    return tmp_path
