"""Faults of the committed files that are known before anything runs: in links, in submodules, in run.sh."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from doctor.git_facts import SUBMODULE_MODE
from doctor.git_program import ask_git, fields_of
from doctor.repository import RUN_SCRIPT
from rehearsal.report import Remark


def judge_links(clone: Path) -> Iterator[Remark]:
    """Yield an error for each symbolic link that leads out of the clone, and a warning for each that leads nowhere.

    On this machine such a link may well be read: a rehearsal would pass with a file that the grader does not have.
    """
    for path in _links(clone):
        name, target = str(path.relative_to(clone)), os.readlink(path)
        quoted, copy = shlex.quote(name), shlex.quote(f"{name}.copy")
        if not _resolved(path).is_relative_to(clone):
            message = (
                f"A symbolic link must lead to a committed file. '{name}' leads to '{target}', which the grader does "
                f'not have. Put the file in its place, and commit: `cp -r "$(readlink -f {quoted})" {copy} && '
                f"rm {quoted} && mv {copy} {quoted} && git add {quoted}`"
            )
            yield Remark("error", "links", message)
        elif not path.exists():
            message = (
                f"A symbolic link must lead to a committed file. '{name}' leads to '{target}', which is not committed. "
                f"Commit that file, or the link's removal: `git rm {quoted}`"
            )
            yield Remark("warning", "links", message)


def judge_submodules(clone: Path) -> Iterator[Remark]:
    """Yield a warning for each submodule: the rehearsal leaves it empty, as a builder does that clones without them."""
    for line in fields_of(ask_git(clone, "ls-files", "--stage", "-z")):
        facts, _, name = line.partition("\t")
        if facts.startswith(SUBMODULE_MODE):
            quoted = shlex.quote(name)
            message = (
                f"What a submission reads should be committed. '{name}' is a submodule, and stays empty where the "
                f"grader clones without them, as here. Commit its files: `git rm --cached {quoted} && "
                f"rm -rf {quoted}/.git && git add {quoted}`"
            )
            yield Remark("warning", "submodules", message)


def judge_run_script(clone: Path) -> Iterator[Remark]:
    """Yield what is wrong with the script that the MDX21 grader executes."""
    script = clone / RUN_SCRIPT
    if not script.is_file():
        message = f"The grader executes the file {RUN_SCRIPT}. The commit has none. Commit it: `git add {RUN_SCRIPT}`"
        yield Remark("error", RUN_SCRIPT, message)
        return
    if b"\r" in script.read_bytes():
        message = (
            f"The lines of {RUN_SCRIPT} must end as on Linux. They end with a carriage return, which bash takes for a "
            f"part of the last word. Mend and commit it: `sed -i 's/\\r$//' {RUN_SCRIPT} && git add {RUN_SCRIPT}`"
        )
        yield Remark("error", RUN_SCRIPT, message)
    if not script.stat().st_mode & 0o111:
        message = (
            f"{RUN_SCRIPT} should be executable: a grader that does not start it through bash refuses. It is committed "
            f"without that right. Give it, and commit: `git update-index --chmod=+x {RUN_SCRIPT}`"
        )
        yield Remark("warning", RUN_SCRIPT, message)


def _links(clone: Path) -> Iterator[Path]:
    """Yield all symbolic links, in a fixed order; folders behind links are not entered."""
    for folder, folders, files in os.walk(clone):
        if Path(folder) == clone:
            folders.remove(".git")
        folders.sort()
        yield from (path for name in sorted([*folders, *files]) if (path := Path(folder, name)).is_symlink())


def _resolved(link: Path) -> Path:
    """Follow a link to its end; one that turns in a circle ends at itself."""
    try:
        return link.resolve()
    except (OSError, RuntimeError):
        return link
