"""What the grader would install, read from the repository's files in the order of the challenge's builder.

The builder is repo2docker: a Dockerfile rules out all other files; else environment.yml rules out requirements.txt, and
apt.txt and postBuild come on top (repo2docker.readthedocs.io, "Configuration Files").
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from evaluator.rehearsal.report import BuildError

_BASE_IMAGE = re.compile(r"FROM\s+(?:\S+/)?python:(\d+\.\d+)", re.IGNORECASE)
_PIP_INSTALL = re.compile(r"^(?:\S*python[\d.]*\s+-m\s+)?(?:uv\s+)?pip[\d.]*\s+install\s+(?P<arguments>.+)$")
_CONDA_PYTHON = re.compile(r"python\s*=+\s*(\d+\.\d+)")
_OUR_OWN = frozenset({"HOME", "PATH"})
"""Variables that a rehearsal sets anyhow."""
_LONGEST_SHOWN, _NO_CACHE = 90, "--no-cache-dir"


@dataclass
class BuildFiles:
    """What a builder would do with a repository."""

    source: str
    """The file that decides."""
    python: str | None = None
    """Version such as 3.11, or None where no file says."""
    installs: list[list[str]] = field(default_factory=list)
    """Arguments of each `pip install`, in order."""
    variables: dict[str, str] = field(default_factory=dict)
    """That the image sets, where their values are written out."""
    post_build: bool = False
    """Whether the script postBuild runs afterwards."""
    not_rehearsed: list[str] = field(default_factory=list)
    """What only the builder does."""


def read_build_files(repository: Path) -> BuildFiles:
    """Read what the grader would install.

    Raises:
        BuildError: No file says it, or the one that does cannot be read.
    """
    if (repository / "Dockerfile").is_file():
        return _from_dockerfile((repository / "Dockerfile").read_text(encoding="utf-8"))
    if (repository / "environment.yml").is_file():
        build = _from_environment_yml(repository / "environment.yml")
    elif (repository / "requirements.txt").is_file():
        build = BuildFiles("requirements.txt", _runtime_txt(repository), [["--requirement", "requirements.txt"]])
    else:
        raise BuildError(
            "A fresh environment needs a Dockerfile, environment.yml or requirements.txt. Got a repository without any."
            " Add one, or rehearse with --environment current."
        )
    build.post_build = (repository / "postBuild").is_file()
    packages = _apt_packages(repository / "apt.txt")
    if packages:
        build.not_rehearsed.append(f"apt.txt: {' '.join(packages)}")
    return build


def _from_dockerfile(text: str) -> BuildFiles:
    build = BuildFiles("Dockerfile")
    joined = re.sub(r"\\\s*\n", " ", re.sub(r"^\s*#.*\n?", "", text, flags=re.MULTILINE))
    for line in map(str.strip, joined.splitlines()):
        if re.match(r"FROM\b", line, re.IGNORECASE):
            base = _BASE_IMAGE.match(line)
            build.python = base[1] if base else None
            build.not_rehearsed.append(line)
        elif re.match(r"RUN\b", line, re.IGNORECASE):
            _read_run(line[3:].strip(), build)
        elif re.match(r"ENV\b", line, re.IGNORECASE):
            _read_env(line[3:].strip(), build)
    return build


def _read_env(text: str, build: BuildFiles) -> None:
    """Take the variables out of an ENV line; one that refers to others is not rehearsed."""
    name, _, value = text.partition(" ")
    words = _shell_words(text) if "=" in name else [f"{name}={value.strip()}"]
    for name, _, value in (word.partition("=") for word in words):
        if "$" not in value:
            build.variables[name] = value
        elif name not in _OUR_OWN:
            build.not_rehearsed.append(f"ENV {name}={value}")


def _shell_words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise BuildError(
            f"Each line of the Dockerfile must close its quotation marks. Got '{text}' ({error}). Mend the line."
        ) from error


def _read_run(command: str, build: BuildFiles) -> None:
    """Take the installations out of a RUN line; what else it does is not rehearsed."""
    others, before = [], len(build.installs)
    for part in re.split(r"&&|;", command):
        found = _PIP_INSTALL.match(part.strip())
        if found:
            build.installs.append([word for word in _shell_words(found["arguments"]) if word != _NO_CACHE])
        else:
            others.append(part.strip())
    if others:
        # A command without installations is shown as it stands.
        text = " ".join((" && ".join(others) if len(build.installs) > before else command).split())
        build.not_rehearsed.append("RUN " + (text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."))


def _from_environment_yml(path: Path) -> BuildFiles:
    build = BuildFiles("environment.yml")
    try:
        dependencies = yaml.safe_load(path.read_text(encoding="utf-8"))["dependencies"]
        for entry in dependencies:
            if isinstance(entry, dict):
                if not isinstance(entry["pip"], list):
                    raise TypeError("`pip` is no list")
                build.installs.append([word for line in entry["pip"] for word in shlex.split(line)])
            elif version := _CONDA_PYTHON.match(entry):
                build.python = version[1]
            elif not entry.startswith("pip"):
                build.not_rehearsed.append(f"the conda package {entry}")
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise BuildError(
            f"environment.yml must list `dependencies`, its pip packages as a list below `pip`. Got a file where that "
            f"fails ({error}). Mend it, or remove it: the grader then reads requirements.txt."
        ) from error
    return build


def _runtime_txt(repository: Path) -> str | None:
    """Read the Python of `runtime.txt`, as in `python-3.11`."""
    path = repository / "runtime.txt"
    found = re.match(r"python-(\d+\.\d+)", path.read_text(encoding="utf-8")) if path.is_file() else None
    return found[1] if found else None


def _apt_packages(path: Path) -> list[str]:
    if not path.is_file():
        return []
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]
