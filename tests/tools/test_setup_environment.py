"""The set-up script and the Makefile do the right thing in each situation; stand-ins for uv and pip record it."""

from __future__ import annotations

import os
import sys

import pytest

from tests.tools.set_up_tree import SetUpTree

UV = """#!/bin/bash
echo "uv $*" >>"$LOG"
case "$1 $2" in
    "venv "*) mkdir -p .venv/bin && cp "$FAKE_PYTHON" .venv/bin/python ;;
    "pip install") [ -z "${FAIL_INSTALL:-}" ] || exit 1 ;;
    "python find") exit 1 ;;
esac
"""
NO_UV = "/no/such/uv"
OLD_PYTHON = """#!/bin/bash
case "$*" in *python_version*) echo 3.9.18 ;; *) exit 1 ;; esac
"""


@pytest.fixture
def tree(tmp_path):
    made = SetUpTree(tmp_path)
    made.program("uv", UV)
    return made


def test_first_set_up_creates_the_environment_and_installs_the_runtime(tree):
    result = tree.run("make", ".venv/.runtime")
    assert result.returncode == 0, result.stderr
    venv, pins, kit = tree.calls()
    assert venv.startswith("uv venv --quiet --python ")
    assert pins == "uv pip install --python .venv/bin/python -r requirements.txt"
    assert kit.endswith("--no-deps --no-build-isolation --editable .")


def test_second_set_up_does_nothing(tree):
    tree.run("make", ".venv/.dev")
    tree.calls()
    result = tree.run("make", ".venv/.dev", ".venv/.runtime")
    assert tree.calls() == []
    assert "[setup]" not in result.stderr


@pytest.mark.parametrize("changed", ["requirements.txt", "pyproject.toml"])
def test_changed_versions_are_installed_into_the_same_environment(tree, changed):
    tree.run("make", ".venv/.runtime")
    tree.calls()
    later = (tree.root / ".venv/.runtime").stat().st_mtime + 5
    os.utime(tree.root / changed, (later, later))
    tree.run("make", ".venv/.runtime")
    assert [call.split()[1] for call in tree.calls()] == ["pip", "pip"]


def test_moved_folder_gets_a_new_environment(tree):
    tree.run("make", ".venv/.runtime")
    tree.calls()
    tree.root = tree.root.rename(tree.root.with_name("moved"))
    tree.run("make", ".venv/.runtime")
    assert tree.calls()[0].startswith("uv venv ")


def test_broken_environment_is_made_again(tree):
    tree.run("make", ".venv/.runtime")
    tree.calls()
    (tree.root / ".venv/bin/python").unlink()
    tree.run("make", ".venv/.runtime")
    assert tree.calls()[0].startswith("uv venv ")


def test_unsupported_python_is_refused_by_name_and_version(tree):
    old = tree.program("python3.9", OLD_PYTHON)
    result = tree.run("make", ".venv/.runtime", f"PYTHON={old}")
    assert result.returncode != 0
    assert f"needs Python 3.10, 3.11, 3.12 or 3.13. PYTHON={old} is 3.9.18." in result.stderr
    assert not (tree.root / ".venv").exists()


def test_old_python3_makes_uv_provide_the_graders_version(tree):
    tree.program("python3", OLD_PYTHON)
    result = tree.run("make", ".venv/.runtime")
    assert "python3 is 3.9.18, the kit needs" in result.stderr
    assert "uv venv --quiet --python 3.11 .venv" in tree.calls()


def test_failed_installation_says_what_to_do_and_leaves_no_stamp(tree):
    result = tree.run("make", ".venv/.runtime", FAIL_INSTALL="yes")
    assert result.returncode != 0
    assert "Most often there is no network, or too little disk" in result.stderr
    assert not (tree.root / ".venv/.runtime").exists()
    assert any("--offline" in call for call in tree.calls())


def test_unknown_kind_is_refused(tree):
    result = tree.run("bash", "tools/setup_environment.sh", "everything")
    assert result.returncode == 1
    assert "takes 'runtime' or 'dev'. Got 'everything'." in result.stderr


def test_missing_uv_is_put_into_a_private_folder(tree):
    tree.program("stand-in", UV)
    tree.program(
        "python3",
        f"""#!/bin/bash
if [ "$*" = "-m venv .uv" ]; then
    mkdir -p .uv/bin
    printf '#!/bin/bash\\ncp {tree.programs}/stand-in .uv/bin/uv\\n' >.uv/bin/python
    chmod +x .uv/bin/python
else
    exec "{sys.executable}" "$@"
fi
""",
    )
    result = tree.run("make", ".venv/.runtime", UV=NO_UV)
    assert result.returncode == 0, result.stderr
    assert "uv is not installed: putting a private copy into .uv" in result.stderr
    assert tree.calls()[0].startswith("uv venv ")


def test_missing_uv_and_pip_say_what_to_install(tree):
    tree.program("python3", f'#!/bin/bash\n[ "$1" = -m ] && exit 1\nexec "{sys.executable}" "$@"\n')
    result = tree.run("make", ".venv/.runtime", UV=NO_UV)
    assert result.returncode != 0
    assert "has neither venv nor pip (Debian: python3-venv, python3-pip)" in result.stderr


def test_help_names_every_target(tree):
    result = tree.run("make")
    listed = {line.split()[1] for line in result.stdout.splitlines()}
    assert listed == {"help", "run", "test", "test-all", "lint", "format", "lock", "tables", "clean"}
    assert tree.calls() == []
