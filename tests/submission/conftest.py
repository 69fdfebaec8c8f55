"""A clone that `mdx doctor` passes, and a bare repository in the place of the challenge's server."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from tests.doctor.clean_repository import Clone, make_clean_repository, make_programs


@pytest.fixture(scope="session")
def programs(tmp_path_factory):
    return make_programs(tmp_path_factory.mktemp("programs") / "bin")


def leave_out_the_user(patch, programs):
    """Run git without the user's configuration, and with a stand-in for git-lfs."""
    patch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    patch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture(autouse=True)
def only_this_machine(programs, tmp_path, monkeypatch):
    leave_out_the_user(monkeypatch, programs)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def clean_clone(programs, tmp_path_factory):
    """Made once."""
    with pytest.MonkeyPatch.context() as patch:
        leave_out_the_user(patch, programs)
        return make_clean_repository(tmp_path_factory.mktemp("clean") / "demix").path


@pytest.fixture
def server(tmp_path):
    """A bare repository."""
    path = tmp_path / "server.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "--template=", path], check=True)
    return Clone(path)


@pytest.fixture
def clone(clean_clone, server, tmp_path):
    """A clone whose remote `aicrowd` is the server."""
    path = tmp_path / "demix"
    shutil.copytree(clean_clone, path, symlinks=True)
    clone = Clone(path)
    clone.git("remote", "set-url", "aicrowd", str(server.path))
    return clone


@pytest.fixture
def state(clone, server):
    """Return a function that gives all references of both, the index and the files of the clone."""

    def look():
        references = [one.git("for-each-ref") for one in (clone, server)]
        files = {path: path.read_bytes() for path in clone.path.rglob("*") if path.is_file()}
        return references, files

    return look
