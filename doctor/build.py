"""What the challenge's builder makes of a repository: which file it goes by, which packages it installs, which Python.

repo2docker goes by the Dockerfile where there is one; else by environment.yml, which beats requirements.txt; postBuild
runs at the end, though never with a Dockerfile (https://repo2docker.readthedocs.io/en/latest/config_files.html).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from packaging.markers import default_environment
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from doctor.dockerfile import Dockerfile, read_dockerfile
from doctor.findings import UnreadableError
from doctor.image_files import ImageFiles
from doctor.requirement_lines import RequirementLine, as_constraints, read_line, read_requirements
from doctor.shell import Installation, Step, steps_in
from models.yaml_text import parse_yaml

DOCKERFILE, ENVIRONMENT, REQUIREMENTS, RUNTIME = "Dockerfile", "environment.yml", "requirements.txt", "runtime.txt"
BUILD_FILES = (DOCKERFILE, ENVIRONMENT, REQUIREMENTS)
"""The first one that is there decides."""
POST_BUILD, APT = "postBuild", "apt.txt"
BINDER_FOLDERS = ("binder", ".binder")
"""Where there is one, the builder reads it and none of the files beside it."""
_CONDA_PIN = re.compile(r"^(?:[\w.-]+::)?([A-Za-z0-9._-]+)\s*(?:={1,2}\s*([\w.!*]+))?")
_PYTHON_NUMBER = re.compile(r"(\d+\.\d+)")
_CONDA_PYTHON = re.compile(r"^(?:[\w.-]+::)?python\s*(?P<allowed>[<>=!~][^ ]*)?")
_PYTHONS = tuple(f"3.{minor}" for minor in range(14, 6, -1))
"""Newest first, which conda takes where several are allowed."""
_LATEST_PATCH = 99


@dataclass(frozen=True)
class Build:
    """What the grader's image holds."""

    source: str
    """The file that the builder goes by."""
    lines: tuple[RequirementLine, ...]
    """Everything that pip or conda is told to install, in order."""
    python: str | None
    """Such as 3.11; None where no file says it."""
    is_bare: bool = True
    """Whether the image is known to hold no other packages: not those of its base, nor of another installer."""

    def applying(self) -> list[RequirementLine]:
        """Return the lines for packages that hold on the grader's Python, which is Linux on x86-64."""
        marker_values = grader_marker_values(self.python)
        return [
            line
            for line in self.lines
            if line.requirement is not None
            and (line.requirement.marker is None or line.requirement.marker.evaluate(marker_values))
        ]

    def installed(self) -> dict[str, RequirementLine]:
        """Return name -> the line that decides its version: of several the last, a pin in a constraint before all."""
        lines = self.applying()
        chosen = {line.name: line for line in lines if not line.is_constraint}
        pinned = {line.name: line for line in lines if line.is_constraint and line.pinned_version}
        return {name: line if line.pinned_version else pinned.get(name, line) for name, line in chosen.items()}


def running_python() -> str:
    """Return the version of this Python, such as 3.11: what is taken where no file says another."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def grader_marker_values(python: str | None) -> dict[str, str]:
    """Return the values of environment markers on the grader's machine, whatever machine this is."""
    version = python or running_python()
    known = {
        "os_name": "posix",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "python_version": version,
        "python_full_version": f"{version}.0",
        "extra": "",
    }
    return {**{name: str(value) for name, value in default_environment().items()}, **known}


def read_build(has: Callable[[str], bool], text_of: Callable[[str], str]) -> Build:
    """Return what the builder makes of the files.

    Args:
        has: Tells whether a file is there.
        text_of: Gives its text.

    Raises:
        UnreadableError: No file says what to install, or one of them cannot be read.
    """
    source = next((name for name in BUILD_FILES if has(name)), None)
    if source is None:
        raise UnreadableError(REQUIREMENTS, f"None of {', '.join(BUILD_FILES)} is there.")
    if source == DOCKERFILE:
        return _of_dockerfile(read_dockerfile(text_of(source)), has, text_of)
    if source == ENVIRONMENT:
        return read_environment(text_of(source), text_of)
    python = _PYTHON_NUMBER.search(text_of(RUNTIME)) if has(RUNTIME) else None
    return Build(source, tuple(read_requirements(source, text_of)), python[1] if python else None)


def read_environment(text: str, text_of: Callable[[str], str]) -> Build:
    """Return what conda installs.

    Raises:
        UnreadableError: The text is no YAML with a list of dependencies.
    """
    content = environment_content(text)
    lines: list[RequirementLine] = []
    python = None
    for number, dependency in enumerate(content["dependencies"], start=1):
        if isinstance(dependency, Mapping):
            lines += _pip_lines(dependency["pip"], text_of)
            continue
        found = _CONDA_PIN.match(dependency)
        if found and canonicalize_name(found[1]) == "python":
            python = _conda_python(dependency)
        elif found:
            lines.append(read_line(ENVIRONMENT, number, f"{found[1]}=={found[2]}" if found[2] else found[1]))
    return Build(ENVIRONMENT, tuple(lines), python)


def _conda_python(dependency: str) -> str | None:
    """Return the Python that conda takes; None where it may be any, or the text is not understood."""
    found = _CONDA_PYTHON.match(re.sub(r"\s*,\s*", ",", dependency))
    allowed = (found["allowed"] or "") if found else ""
    if re.match(r"=+\s*\d", allowed):
        version = _PYTHON_NUMBER.search(allowed)
        return version[1] if version else None
    try:
        specifiers = SpecifierSet(allowed)
    except InvalidSpecifier:
        return None
    fitting = (python for python in _PYTHONS if f"{python}.{_LATEST_PATCH}" in specifiers)
    return next(fitting, None) if allowed else None


def environment_content(text: str) -> Mapping[str, Any]:
    """Return what environment.yml holds.

    Raises:
        UnreadableError: It is no YAML, or not what conda reads.
    """
    try:
        content = parse_yaml(text)
    except yaml.YAMLError as error:
        raise UnreadableError(ENVIRONMENT, f"It is no valid YAML: {' '.join(str(error).split())}.") from error
    if not isinstance(content, Mapping) or not isinstance(content.get("dependencies"), list):
        raise UnreadableError(ENVIRONMENT, "It must have a list under the key 'dependencies'.")
    for dependency in content["dependencies"]:
        if not isinstance(dependency, str) and not _is_pip_section(dependency):
            wanted = "Each dependency must be a text, such as 'python=3.11', or 'pip:' with a list of texts."
            raise UnreadableError(ENVIRONMENT, f"{wanted} Got {dependency!r}.")
    return content


def _is_pip_section(dependency: object) -> bool:
    if not isinstance(dependency, Mapping) or list(dependency) != ["pip"]:
        return False
    packages = dependency["pip"]
    return isinstance(packages, list) and all(isinstance(package, str) for package in packages)


def _of_dockerfile(dockerfile: Dockerfile, has: Callable[[str], bool], text_of: Callable[[str], str]) -> Build:
    lines: list[RequirementLine] = []
    is_opaque = False
    image = ImageFiles(has)
    for instruction in dockerfile.reaching:
        image.follow(instruction)
        for step in steps_in(instruction.command) if instruction.name == "RUN" else ():
            if step.installation is not None:
                lines += _installed(step, step.installation, image, text_of)
                is_opaque = is_opaque or step.installation.is_opaque
    is_opaque = is_opaque or any(line.is_project for line in lines)
    return Build(DOCKERFILE, tuple(lines), dockerfile.python, dockerfile.base_is_bare and not is_opaque)


def _installed(
    step: Step, installation: Installation, image: ImageFiles, text_of: Callable[[str], str]
) -> list[RequirementLine]:
    """Return the lines of one call of an installer."""

    def read(name: str) -> list[RequirementLine]:
        if "$" in name:
            return []
        # What no instruction copies may come from elsewhere; most often it is the file of that name.
        found = image.source_of(name, step.folder) or name.rpartition("/")[2]
        if found.endswith((".yml", ".yaml")):
            return list(read_environment(text_of(found), text_of).lines)
        return read_requirements(found, text_of)

    lines = [line for name in installation.files for line in read(name)]
    lines += [line for name in installation.constraints for line in as_constraints(read(name))]
    return [*lines, *(read_line(DOCKERFILE, 0, package) for package in installation.packages)]


def _pip_lines(texts: Iterable[str], text_of: Callable[[str], str]) -> list[RequirementLine]:
    joined = "\n".join(texts)
    return read_requirements(ENVIRONMENT, lambda name: joined if name == ENVIRONMENT else text_of(name))
