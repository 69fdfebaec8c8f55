"""What the grader would install, in the order of the challenge's builder, as far as it can be done without its image.

`doctor` reads the files; here its commands become those of uv. What they do besides is listed, and whatever installs
packages in a way that cannot be followed is told apart from that: the environment then lacks something.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from doctor.build import (
    APT,
    BINDER_FOLDERS,
    BUILD_FILES,
    DOCKERFILE,
    ENVIRONMENT,
    POST_BUILD,
    REQUIREMENTS,
    environment_content,
    read_build,
    running_python,
)
from doctor.dockerfile import read_dockerfile
from doctor.findings import UnreadableError
from doctor.ignore_rules import DOCKERIGNORE, ignoring_rule
from doctor.image_files import ImageFiles
from doctor.repository import Repository
from doctor.shell import Installation, Step, steps_in
from rehearsal.pip_arguments import NotFollowedError, arguments_for_uv, arguments_of_line
from rehearsal.report import BuildError

_OUR_OWN = frozenset({"HOME", "PATH"})
"""Variables that a rehearsal sets anyhow."""
_CONDA_NAME = re.compile(r"(?:[^:]+::)?([\w.-]+)")
_LONGEST_SHOWN = 90


@dataclass
class BuildFiles:
    """What a builder would do with a repository."""

    source: str
    """The file that decides."""
    python: str | None = None
    """Version such as 3.11, or None where no file says."""
    installs: list[list[str]] = field(default_factory=list)
    """Arguments of each `uv pip install`, in order."""
    variables: dict[str, str] = field(default_factory=dict)
    """That the image sets, where their values are written out."""
    post_build: bool = False
    """Whether the script postBuild runs afterwards."""
    not_rehearsed: list[str] = field(default_factory=list)
    """What only the builder does."""
    not_followed: list[str] = field(default_factory=list)
    """Of that, what brings Python packages which the environment lacks, each as a sentence."""


def read_build_files(folder: Path) -> BuildFiles:
    """Read what the grader would install.

    Raises:
        BuildError: No file says it, or the one that does cannot be read.
    """
    repository = Repository(folder)
    for name in BINDER_FOLDERS:
        if (folder / name).is_dir():
            raise BuildError(
                f"The builder must go by the files that are rehearsed. Got a folder '{name}/', which it reads in place "
                f"of all of them: remove it, `git rm -r {name}`."
            )
    if not any(map(repository.has, BUILD_FILES)):
        raise BuildError(
            "A fresh environment needs a Dockerfile, environment.yml or requirements.txt. Got a repository without any."
            " Add one, or rehearse with --environment current."
        )
    try:
        if repository.has(DOCKERFILE):
            return _of_dockerfile(repository)
        build = _of_requirements(repository)
        build.post_build = repository.has(POST_BUILD)
        lines = (line.partition("#")[0].strip() for line in repository.optional_text(APT).splitlines())
        packages = " ".join(filter(None, lines))
        build.not_rehearsed += [f"{APT}: {packages}"] if packages else []
    except UnreadableError as error:
        raise BuildError(
            f"The grader's builder must be able to read its files. {error} Mend '{error.subject}'."
        ) from error
    return build


def _of_requirements(repository: Repository) -> BuildFiles:
    """Take what the builder does without a Dockerfile."""
    read = read_build(repository.has, repository.text)
    build = BuildFiles(read.source, read.python)
    if read.source == ENVIRONMENT:
        try:
            _add_environment(ENVIRONMENT, repository, build)
        except NotFollowedError as error:
            build.not_followed.append(f"The pip packages of {ENVIRONMENT} were not installed: {error}")
    else:
        build.installs.append(["--requirement", str(repository.path / REQUIREMENTS)])
    if read.python is None:
        build.not_followed.append(f"No file says which Python the image has: {running_python()} is taken.")
    return build


def _of_dockerfile(repository: Repository) -> BuildFiles:
    dockerfile = read_dockerfile(repository.text(DOCKERFILE))
    build = BuildFiles(DOCKERFILE, dockerfile.python)
    if not dockerfile.base_is_bare:
        build.not_followed.append(f"The base image '{dockerfile.base}' may bring packages that are not installed here.")
    if dockerfile.python is None:
        build.not_followed.append(
            f"The name of the base image '{dockerfile.base}' says no Python version: {running_python()} is taken."
        )
    rules = repository.optional_text(DOCKERIGNORE).splitlines()
    image = ImageFiles(lambda name: repository.has(name) and ignoring_rule(name, rules) is None)
    for instruction in dockerfile.reaching:
        image.follow(instruction)
        if instruction.name == "FROM":
            build.not_rehearsed.append(f"FROM {instruction.text}")
        elif instruction.is_from_elsewhere:
            line = f"{instruction.name} {' '.join(instruction.flags)} {instruction.text}"
            build.not_followed.append(f"What this brings is not here: {line}.")
        elif instruction.name == "RUN":
            _add_run(instruction.command, image, repository, build)
    _add_variables(dockerfile.variables, build)
    return build


def _add_variables(variables: Mapping[str, str], build: BuildFiles) -> None:
    """Take variables; one that refers to what only the image knows is not rehearsed."""
    for name, value in variables.items():
        if name in _OUR_OWN:
            continue
        if "$" in value:
            build.not_rehearsed.append(f"ENV {name}={value}")
        else:
            build.variables[name] = value


def _add_run(command: str, image: ImageFiles, repository: Repository, build: BuildFiles) -> None:
    """Take the installations out of a RUN; what else it does is not rehearsed."""
    others = []
    steps = list(steps_in(command))
    for step in steps:
        if step.installation is None:
            others += [] if step.words[0] == "cd" else [" ".join(step.words)]
            continue
        try:
            _add_installation(step, step.installation, image, repository, build)
        except NotFollowedError as error:
            build.not_followed.append(f"`{_shortened(' '.join(step.words))}` was not run: {error}")
    if others:
        # A command without installations is shown as it stands.
        text = " && ".join(others) if any(step.installation for step in steps) else command
        build.not_rehearsed.append(f"RUN {_shortened(text)}")


def _add_installation(
    step: Step, installation: Installation, image: ImageFiles, repository: Repository, build: BuildFiles
) -> None:
    """Take one call of an installer.

    Raises:
        NotFollowedError: Only the image can tell what it installs.
    """
    locate = partial(_locate, image=image, folder=step.folder)
    if installation.pip_arguments:
        build.installs.append(
            arguments_for_uv(installation.pip_arguments, lambda path: str(repository.path / locate(path)))
        )
        return
    if not installation.files:
        raise NotFollowedError("uv stands in for `pip install` alone.")
    for name in installation.files:
        _add_environment(locate(name), repository, build)


def _add_environment(name: str, repository: Repository, build: BuildFiles) -> None:
    """Take the packages of pip out of an environment of conda, whose own packages are not on pip's index.

    Raises:
        NotFollowedError: Those of pip are named in a way that only the image can follow.
    """
    own: list[str] = []
    beside = (repository.path / name).parent
    for entry in environment_content(repository.text(name))["dependencies"]:
        if isinstance(entry, Mapping):
            words = (word for line in entry["pip"] for word in arguments_of_line(line))
            build.installs.append(arguments_for_uv(words, lambda path: str(beside / path)))
        elif (found := _CONDA_NAME.match(entry)) and found[1] not in ("pip", "python"):
            own.append(entry)
    build.not_rehearsed += [f"the conda package {entry}" for entry in own]
    if own:
        build.not_followed.append(f"Packages of conda are not installed: {', '.join(own)}.")


def _locate(path: str, image: ImageFiles, folder: str) -> str:
    found = image.source_of(path, folder)
    if found is None:
        raise NotFollowedError(f"no COPY brings '{path}' into the image.")
    return found


def _shortened(command: str) -> str:
    text = " ".join(command.split())
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
