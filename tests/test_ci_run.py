""".ci/run lints, then tests, and never fails because a Debian package cannot be installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def run(tmp_path):
    """Return a function that runs a copy of .ci/run with the given package list and a stand-in apt-get."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/run", tmp_path / ".ci/run")

    def program(name: str, text: str) -> None:
        (programs / name).write_text(f"#!/bin/bash\n{text}\n")
        (programs / name).chmod(0o755)

    def run(packages: str, apt_get: str = "echo apt-get $*", make: str = "echo make $*"):
        (tmp_path / ".ci/debian-packages.txt").write_text(packages)
        program("apt-get", apt_get)
        program("make", make)
        program("id", "echo 0")
        environment = {"PATH": f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin", "CI": "true"}
        result = subprocess.run([tmp_path / ".ci/run"], env=environment, capture_output=True, text=True)
        return result.returncode, result.stdout.splitlines()

    return run


def test_empty_list_leads_straight_to_lint_and_tests(run):
    assert run("# nothing at present\n\n") == (0, ["make lint", "make test"])


def test_listed_packages_are_installed_first(run):
    code, lines = run("# for the report\nchromium # a browser\nsox\n")
    assert code == 0
    assert lines[0] == "[ci] installing chromium sox"
    assert lines[2].endswith(" chromium sox")
    assert lines[-2:] == ["make lint", "make test"]


def test_failing_apt_get_is_reported_and_passed_over(run):
    code, lines = run("chromium\n", apt_get="exit 100")
    assert code == 0
    assert "[ci] apt-get failed: the tests that need chromium will be skipped" in lines
    assert lines[-1] == "make test"


@pytest.mark.parametrize(("apt_get", "required"), [("exit 0", "1"), ("exit 100", "")])
def test_a_test_without_a_browser_fails_where_one_was_installed_and_is_skipped_elsewhere(run, apt_get, required):
    code, lines = run("chromium\n", apt_get=apt_get, make='echo "make $1, browser required: $MDX_REQUIRE_BROWSER"')
    assert (code, lines[-1]) == (0, f"make test, browser required: {required}")


def test_failing_lint_fails_the_run_before_the_tests(run):
    code, lines = run("", make='echo "make $1"; [ "$1" != lint ]')
    assert (code, lines) == (1, ["make lint"])
