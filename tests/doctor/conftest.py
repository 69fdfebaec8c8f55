"""Clones of a clean repository, and what `mdx doctor` finds in them."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from doctor.catalogue import CHECKS
from doctor.examination import examine
from doctor.repository import Repository
from tests.doctor.clean_repository import Clone, make_clean_repository, make_programs


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory):
    """A folder with stand-ins for git-lfs."""
    return make_programs(tmp_path_factory.mktemp("programs") / "bin")


@pytest.fixture(autouse=True)
def only_this_machine(stand_ins, tmp_path, monkeypatch):
    """No configuration of the user's, no kept times; git-lfs is a stand-in."""
    monkeypatch.setenv("PATH", f"{stand_ins}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture(scope="session")
def clean_repository(tmp_path_factory, stand_ins):
    """The clean repository, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{stand_ins}{os.pathsep}{os.environ['PATH']}")
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        return make_clean_repository(tmp_path_factory.mktemp("clean") / "demix").path


@pytest.fixture
def clone(clean_repository, tmp_path):
    """A copy of the clean repository, to be broken."""
    path = tmp_path / "demix"
    shutil.copytree(clean_repository, path, symlinks=True)
    return Clone(path)


@pytest.fixture
def without_git_lfs(tmp_path, monkeypatch):
    """Return a function after which git-lfs does not run."""

    def take_away():
        folder = tmp_path / "no-lfs"
        folder.mkdir()
        (folder / "git-lfs").write_text("#!/bin/sh\nexit 127\n")
        (folder / "git-lfs").chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    return take_away


@pytest.fixture
def findings_in():
    """Return a function that examines a folder and returns the findings."""

    def find(path, challenge=None):
        return examine(Repository(path, challenge), CHECKS).findings

    return find


@pytest.fixture
def paste(monkeypatch):
    """Return a function that runs a command in a clone as its user would, who writes a message where git asks."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "somebody")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "somebody@example.org")
    monkeypatch.setenv("GIT_EDITOR", "sed -i '1s/^/a change/'")

    def run(clone, command):
        subprocess.run(["bash", "-ec", command], cwd=clone.path, check=True, capture_output=True, timeout=60)

    return run
