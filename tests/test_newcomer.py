"""A newcomer's path: the commands of the README, from a clone to a rehearsed submission, do what it says."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEADING = "## From a clone to a rehearsed submission\n"
MOST_COMMANDS = 6


def path_of_a_newcomer():
    """The lines of the README's shell block."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition(HEADING)[2]
    block = re.search(r"```bash\n(.*?)```", section, re.DOTALL)
    return block[1].splitlines()


def test_it_is_at_most_six_commands():
    assert 1 <= len(path_of_a_newcomer()) <= MOST_COMMANDS


@pytest.mark.exhaustive
@pytest.mark.slow
def test_it_ends_in_a_rehearsal_that_passes(tmp_path):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("VIRTUAL_ENV", "PYTEST", "GIT"))}
    author = {f"GIT_{who}_{what}": "newcomer" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    script = "\n".join(["set -e", *path_of_a_newcomer()]).replace("ADDRESS", f"'{ROOT}'")
    result = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=clean | author, text=True, capture_output=True, timeout=1500
    )
    assert result.returncode == 0, result.stdout + result.stderr
    clone = tmp_path / "music-demixing-kit"
    plan = subprocess.run(
        ["git", "show", "HEAD:my_submission/plan.yaml"], cwd=clone, text=True, capture_output=True, check=True
    ).stdout
    assert re.search(r"^model: dual_path_unet_fast$", plan, re.MULTILINE)
    assert "pass" in result.stdout.splitlines()[-1].lower()
