"""The Python that the submission gets: a fresh environment from the grader's files, or the one that runs this.

uv builds the fresh one: with a full cache in seconds, and without a network where the cache has all of it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evaluator.evaluate import REPORTED_PACKAGES
from evaluator.rehearsal.build_files import BuildFiles
from evaluator.rehearsal.folder import Folder
from evaluator.rehearsal.report import BuildError

GRADER_PACKAGE = "aicrowd-api"
_NAMES_A_FILE = frozenset({"-r", "--requirement", "-c", "--constraint", "-e", "--editable"})
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


@dataclass(frozen=True)
class Environment:
    """Which Python the submission gets."""

    words: str
    python: list[str]
    """The command that starts it."""
    rehearsed: bool
    not_rehearsed: list[str] = field(default_factory=list)
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
        packages = (*REPORTED_PACKAGES, GRADER_PACKAGE)
        done = subprocess.run(
            [*self.python, "-I", "-c", _FACTS, *packages], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise BuildError(f"The Python of the environment must run. It says: {done.stderr.strip()[-500:]}")
        return dict(json.loads(done.stdout))


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
    version = build.python or f"{sys.version_info.major}.{sys.version_info.minor}"
    # A script for after the build calls pip.
    seed = ["--seed"] if build.post_build else []
    run_build_step(
        [uv, "venv", "--quiet", *seed, "--python", version, str(folder.venv)], folder, "create the environment"
    )
    python = folder.venv / "bin" / "python"
    for arguments in build.installs:
        _install([uv, "pip", "install", "--python", str(python)], _with_paths(arguments, folder.clone), folder)
    if build.post_build:
        programs = {"PATH": os.pathsep.join([str(python.parent), os.environ.get("PATH", os.defpath)])}
        run_build_step(["bash", "postBuild"], folder, "run postBuild", folder.clone, programs)
    words = f"fresh, Python {version} with the packages of {build.source}"
    return Environment(words, [str(python)], True, build.not_rehearsed, build.variables)


def _find_uv(repository: Path) -> str:
    candidates = (os.getenv("UV", "uv"), repository / ".uv" / "bin" / "uv", Path.home() / ".local" / "bin" / "uv")
    for candidate in candidates:
        if found := shutil.which(candidate):
            return found
    raise BuildError(
        "A fresh environment needs the program uv, which is not among the programs here. Install it "
        "(https://docs.astral.sh/uv), or rehearse with --environment current."
    )


def _with_paths(arguments: Sequence[str], clone: Path) -> list[str]:
    """Make file names absolute: uv runs outside the clone, whose pyproject.toml the grader's pip does not read."""
    words = [word for argument in arguments for word in _split_option(argument)]
    before = ["", *words]
    return [
        str(clone / word) if previous in _NAMES_A_FILE or word.startswith(".") else word
        for previous, word in zip(before, words, strict=False)
    ]


def _split_option(argument: str) -> list[str]:
    name, equals, value = argument.partition("=")
    return [name, value] if equals and name in _NAMES_A_FILE else [argument]


def _install(command: list[str], arguments: list[str], folder: Folder) -> None:
    """Install; where that fails, once more with uv's cache alone, in case the network is away."""
    try:
        run_build_step([*command, *arguments], folder, "install the packages")
    except BuildError as error:
        try:
            run_build_step([*command, "--offline", *arguments], folder, "install the packages")
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
    with folder.build_log.open("ab") as log:
        log.write(f"$ {' '.join(command)}\n".encode())
        log.flush()
        begins = log.tell()
        done = subprocess.run(command, cwd=place or folder.root, env=environment, stdout=log, stderr=log, check=False)
    if done.returncode != 0:
        output = folder.build_log.read_bytes()[begins:].decode(errors="replace").strip()
        tail = "\n".join(output.splitlines()[-_TAIL_LINES:])
        raise BuildError(f"The grader's builder could not {what} (exit code {done.returncode}):\n{tail}")
