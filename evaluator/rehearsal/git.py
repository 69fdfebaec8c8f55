"""Ask git, without the hooks and filters of whoever asks: what a repository holds must not depend on them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from evaluator.rehearsal.report import RehearsalError

# An empty filter leaves pointers of git-lfs as they are, also where the program git-lfs is missing.
_PLAIN = ("core.hooksPath=/dev/null", "filter.lfs.smudge=", "filter.lfs.process=", "filter.lfs.required=false")

# A git that calls us, from a hook say, sets these; they would make ours look elsewhere.
_OF_A_CALLING_GIT = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_PREFIX"}
)


def git(folder: Path, *arguments: str, stdin: str = "") -> str:
    """Run git in a folder; return what it printed.

    Raises:
        RehearsalError: git is missing, or refuses.
    """
    settings = [word for setting in _PLAIN for word in ("-c", setting)]
    environment = {name: value for name, value in os.environ.items() if name not in _OF_A_CALLING_GIT}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", *settings, "-C", str(folder), *arguments],
            input=stdin.encode(),
            capture_output=True,
            env=environment,
            check=False,
        )
    except FileNotFoundError as error:
        raise RehearsalError("A rehearsal needs git, which is not among the programs here. Install git.") from error
    if done.returncode != 0:
        raise RehearsalError(
            f"git must be able to do '{' '.join(arguments[:2])}' in '{folder}'. "
            f"It says: {done.stderr.decode(errors='replace').strip()}"
        )
    return done.stdout.decode(errors="surrogateescape")


def git_names(folder: Path, *arguments: str) -> list[str]:
    """Run git with an option for zeros between names; return the names."""
    return [name for name in git(folder, *arguments).split("\0") if name]
