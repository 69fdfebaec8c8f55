"""The fresh environment: which commands make it, what happens without a network, and what is said when it fails."""

from __future__ import annotations

import shutil
import sys

import pytest

from rehearsal.build_files import BuildFiles
from rehearsal.environment import build_environment, current_environment, run_build_step
from rehearsal.folder import Folder
from rehearsal.report import BuildError

UV = """#!/bin/bash
echo "$@" >> {log}
if [ "$1" = venv ]; then
    mkdir -p "${{@: -1}}/bin"
    ln -s {python} "${{@: -1}}/bin/python"
fi
{then}
"""


@pytest.fixture
def folder(tmp_path):
    made = Folder(tmp_path / "root")
    made.make()
    made.clone.mkdir()
    return made


@pytest.fixture
def fake_uv(tmp_path, monkeypatch):
    """Return a function that puts a program in uv's place, which notes how it is called and then does this."""

    def put(then="true"):
        log = tmp_path / "calls"
        program = tmp_path / "uv"
        program.write_text(UV.format(log=log, python=sys.executable, then=then))
        program.chmod(0o755)
        monkeypatch.setenv("UV", str(program))
        return lambda: log.read_text().splitlines()

    return put


def test_packages_are_installed_in_order_into_the_python_that_the_files_name(folder, fake_uv, tmp_path):
    calls = fake_uv()
    build = BuildFiles("Dockerfile", "3.11", [["-r", "requirements.txt"], ["numpy"]])
    environment = build_environment(folder, build, tmp_path)
    python = f"{folder.venv}/bin/python"
    assert calls() == [
        f"venv --quiet --python 3.11 {folder.venv}",
        f"pip install --python {python} -r requirements.txt",
        f"pip install --python {python} numpy",
    ]
    assert environment.rehearsed
    assert environment.words == "fresh, Python 3.11 with the packages of Dockerfile"
    assert environment.python == [python]
    assert environment.versions()["python"] == ".".join(map(str, sys.version_info[:3]))


@pytest.mark.skipif(shutil.which("uv") is None, reason="there is no uv here")
def test_uv_takes_these_commands(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("UV_OFFLINE", "1")
    (folder.clone / "requirements.txt").touch()
    build = BuildFiles("requirements.txt", None, [["--requirement", str(folder.clone / "requirements.txt")]])
    environment = build_environment(folder, build, tmp_path)
    assert environment.versions()["torch"] == "not installed"
    assert environment.programs == folder.venv / "bin"


def test_paths_in_a_requirement_file_begin_in_the_clone_as_for_pip(folder, fake_uv, tmp_path):
    fake_uv('[ "$1" = venv ] || pwd > ' + str(tmp_path / "place"))
    build_environment(folder, BuildFiles("requirements.txt", None, [["-r", "requirements.txt"]]), tmp_path)
    assert (tmp_path / "place").read_text().strip() == str(folder.clone)


def test_without_a_network_the_cache_is_tried_alone(folder, fake_uv, tmp_path):
    calls = fake_uv('[ "$1" = venv ] || [ "$UV_OFFLINE" = 1 ]')
    build_environment(folder, BuildFiles("requirements.txt", None, [["numpy"]]), tmp_path)
    assert calls()[1:] == [calls()[1]] * 2


def test_uv_looks_for_packages_where_variables_of_the_image_send_pip(folder, fake_uv, tmp_path):
    fake_uv('[ "$1" = venv ] || echo "$UV_DEFAULT_INDEX $UV_INDEX $UV_INDEX_STRATEGY" > ' + str(tmp_path / "told"))
    variables = {"PIP_INDEX_URL": "https://a.org", "PIP_EXTRA_INDEX_URL": "https://b.org", "OTHER": "c"}
    build_environment(folder, BuildFiles("Dockerfile", None, [["numpy"]], variables), tmp_path)
    assert (tmp_path / "told").read_text() == "https://a.org https://b.org unsafe-best-match\n"


@pytest.mark.parametrize(("held", "mode"), [(True, "hardlink"), (False, "copy")])
def test_packages_are_shared_with_uvs_cache_only_where_the_submission_cannot_change_them(
    folder, fake_uv, tmp_path, monkeypatch, held, mode
):
    monkeypatch.setenv("UV_LINK_MODE", "symlink")
    monkeypatch.setattr("rehearsal.environment.can_hold_read_only", lambda folder: held)
    fake_uv('[ "$1" = venv ] || echo "$UV_LINK_MODE" > ' + str(tmp_path / "told"))
    build_environment(folder, BuildFiles("requirements.txt", None, [["numpy"]]), tmp_path)
    assert (tmp_path / "told").read_text() == f"{mode}\n"


def test_what_cannot_be_installed_is_told_with_the_builders_words(folder, fake_uv, tmp_path):
    fake_uv('[ "$1" = venv ] || { echo "no version of numpy==9"; exit 1; }')
    with pytest.raises(BuildError, match=r"could not install the packages \(exit code 1\):\nno version of numpy==9"):
        build_environment(folder, BuildFiles("requirements.txt", None, [["numpy==9"]]), tmp_path)


def test_nothing_that_the_build_starts_outlives_it(folder, wait_until_gone):
    run_build_step(["bash", "-c", "setsid sleep 600 & echo $! > pid; cat"], folder, "leave a process")
    wait_until_gone(int((folder.root / "pid").read_text()))


def test_a_machine_without_uv_is_told_what_to_do(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("UV", raising=False)
    with pytest.raises(BuildError, match=r"needs the program uv.*--environment current"):
        build_environment(folder, BuildFiles("requirements.txt"), tmp_path)


def test_the_current_environment_is_the_running_python_and_says_that_it_rehearses_nothing():
    environment = current_environment()
    assert environment.python == [sys.executable]
    assert not environment.rehearsed
    assert "not rehearsed" in environment.words


def test_what_could_not_be_followed_is_told_also_where_the_build_fails(repository, perform, fake_uv):
    fake_uv("false")
    repository.write("Dockerfile", "FROM python:3.11\nRUN pip install $PACKAGES\n")
    repository.commit()
    first, last = perform(environment="fresh").remarks
    assert (first.level, last.level) == ("warning", "error")
    assert "only a shell in the image knows what '$PACKAGES' is" in first.message
    assert "could not create the environment" in last.message
