"""The Python that the submission gets: a fresh environment from the grader's files, or the one that runs this.

uv builds the fresh one: with a full cache in seconds, and without a network where the cache has all of it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from doctor.build import running_python
from doctor.repository import RUN_SCRIPT
from evaluator.evaluate import REPORTED_PACKAGES
from evaluator.process_tree import RUN_MARK, kill_tree
from rehearsal.build_files import BuildFiles
from rehearsal.folder import Folder
from rehearsal.isolation import can_hold_read_only
from rehearsal.report import BuildError

GRADER_PACKAGE = "aicrowd-api"
_FOR_UV = {"PIP_INDEX_URL": "UV_DEFAULT_INDEX", "PIP_EXTRA_INDEX_URL": "UV_INDEX", "PIP_FIND_LINKS": "UV_FIND_LINKS"}
_TAIL_LINES = 8
_FACTS = """
import importlib.metadata, json, platform, sys
versions = {"python": platform.python_version()}
for package in sys.argv[1:]:
    try:
        versions[package] = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        versions[package] = "not installed"
print(json.dumps(versions))
"""


_FOLDERS = "import json, sys; print(json.dumps([sys.prefix, sys.base_prefix, *sys.path]))"


@dataclass(frozen=True)
class Environment:
    """Which Python the submission gets."""

    words: str
    python: list[str]
    """The command that starts it."""
    rehearsed: bool
    variables: dict[str, str] = field(default_factory=dict)
    """That go to the submission; those of the grader and of the rehearsal come first."""

    @property
    def programs(self) -> Path:
        """The folder in which `python` is found first."""
        return Path(self.python[0]).parent

    def versions(self) -> dict[str, str]:
        """Ask for the versions of Python and the packages that matter.

        Raises:
            BuildError: It does not run.
        """
        return dict(self._ask(_FACTS, *REPORTED_PACKAGES, GRADER_PACKAGE))

    def folders(self) -> list[Path]:
        """Return the folders that its Python reads; a working tree that is installed for editing is none of them.

        Raises:
            BuildError: It does not run.
        """
        return [folder for folder in map(Path, self._ask(_FOLDERS)) if not (folder / RUN_SCRIPT).is_file()]

    def _ask(self, program: str, *arguments: str) -> Any:
        """Return the JSON that a small program prints."""
        command = [*self.python, "-I", "-c", program, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BuildError(f"The Python of the environment must run. It says: {done.stderr.strip()[-500:]}")
        return json.loads(done.stdout)


def current_environment() -> Environment:
    """Take the Python that runs this."""
    return Environment("the running one: the grader's packages were not rehearsed", [sys.executable], rehearsed=False)


def build_environment(folder: Folder, build: BuildFiles, repository: Path) -> Environment:
    """Make a fresh environment.

    Args:
        folder: Of the rehearsal; its clone is what is installed from.
        build: What the grader would install.
        repository: Where a private copy of uv may lie.

    Raises:
        BuildError: uv is missing, or something could not be installed.
    """
    uv = _find_uv(repository)
    version = build.python or running_python()
    # A script for after the build calls pip.
    seed = ["--seed"] if build.post_build else []
    run_build_step(
        [uv, "venv", "--quiet", *seed, "--python", version, str(folder.venv)], folder, "create the environment"
    )
    python = folder.venv / "bin" / "python"
    for arguments in build.installs:
        _install([uv, "pip", "install", "--python", str(python), *arguments], folder, _for_uv(build.variables))
    words = f"fresh, Python {version} with the packages of {build.source}"
    return Environment(words, [str(python)], True, build.variables)


def _find_uv(repository: Path) -> str:
    candidates = (os.getenv("UV", "uv"), repository / ".uv" / "bin" / "uv", Path.home() / ".local" / "bin" / "uv")
    for candidate in candidates:
        if found := shutil.which(candidate):
            return found
    raise BuildError(
        "A fresh environment needs the program uv, which is not among the programs here. Install it "
        "(https://docs.astral.sh/uv), or rehearse with --environment current."
    )


def _for_uv(variables: Mapping[str, str]) -> dict[str, str]:
    """Return what tells uv the same as variables of the image tell pip."""
    told = {_FOR_UV[name]: value for name, value in variables.items() if name in _FOR_UV}
    # pip takes the best version of all indexes; uv by itself, that of the first index which has the package.
    return {**told, "UV_INDEX_STRATEGY": "unsafe-best-match"}


def _install(command: list[str], folder: Folder, variables: dict[str, str]) -> None:
    """Install; where that fails, once more with uv's cache alone, in case the network is away."""
    what = "install the packages"
    try:
        run_build_step(command, folder, what, folder.clone, variables)
    except BuildError as error:
        try:
            run_build_step(command, folder, what, folder.clone, {**variables, "UV_OFFLINE": "1"})
        except BuildError:
            raise error from None


def run_build_step(
    command: list[str], folder: Folder, what: str, place: Path | None = None, variables: dict[str, str] | None = None
) -> None:
    """Run one command of the build; its output goes to the build's log.

    Raises:
        BuildError: It failed; the message holds the end of its output.
    """
    dropped = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")
    environment = {name: value for name, value in os.environ.items() if name not in dropped} | (variables or {})
    # The submission could change files that are shared with uv's cache, for all other environments too. A copy takes
    # gigabytes, so it is made only where they cannot be held read-only.
    environment["UV_LINK_MODE"] = "hardlink" if can_hold_read_only(str(folder.root)) else "copy"
    with folder.build_log.open("ab") as log:
        log.write(f"$ {' '.join(command)}\n".encode())
        log.flush()
        begins = log.tell()
        exit_code = _run_to_its_end(command, place or folder.root, environment, log)
    if exit_code != 0:
        output = folder.build_log.read_bytes()[begins:].decode(errors="replace").strip()
        tail = "\n".join(output.splitlines()[-_TAIL_LINES:])
        raise BuildError(f"The grader's builder could not {what} (exit code {exit_code}):\n{tail}")


def _run_to_its_end(command: list[str], place: Path, environment: dict[str, str], log: IO[bytes]) -> int:
    """Return a command's exit code; nothing that it started lives on, also where this is interrupted."""
    mark = uuid.uuid4().hex
    process = subprocess.Popen(
        command,
        cwd=place,
        env={**environment, RUN_MARK: mark},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        return process.wait()
    finally:
        kill_tree(process.pid, mark)
        process.wait()
