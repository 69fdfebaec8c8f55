"""Will the grader install the versions that you tested?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from doctor.build import (
    BUILD_FILES,
    DOCKERFILE,
    ENVIRONMENT,
    POST_BUILD,
    Build,
    grader_marker_values,
    read_environment,
)
from doctor.distributions import conflicts
from doctor.findings import Fault, Level, check, warning
from doctor.project_file import PROJECT
from doctor.repository import Repository
from doctor.requirement_lines import RequirementLine, read_line, read_requirements
from doctor.secrets import has_secret
from doctor.shell import installations_in

_INSTALLERS = frozenset({"pip", "setuptools", "wheel", "uv"})
"""What installs the rest, in any version."""
_LOCAL_VERSION = re.compile(r"\+\w")


@check(
    "requirement-lines",
    "Every requirement can be installed on another machine",
    why="pip stops at the first line that it cannot read or find, and the build fails.",
)
def lines(repository: Repository) -> Iterator[Fault]:
    """Find lines that pip refuses, or that hold on one machine only."""
    has_index = any(line.names_index for line in repository.build.lines) or any(
        one.other_index for one in installations_in(repository.dockerfile.script if repository.dockerfile else "")
    )
    for line in repository.build.lines:
        if line.problem:
            yield Fault(line.place, f"pip cannot read '{line.text}': {line.problem}", "Write `name==version`.")
        elif line.is_elsewhere:
            yield Fault(line.place, f"'{line.text}' is a file of one machine.", "Write `name==version`.")
        elif has_secret(line.text):
            yield Fault(line.place, "Its address holds a secret.", "Remove it, and revoke the token.")
        elif line.names_index:
            yield warning(line.place, "It names a place for packages that may not answer.", "Remove the option.")
        elif line.pinned_version and _LOCAL_VERSION.search(line.pinned_version) and not has_index:
            yield Fault(
                line.place,
                f"No index has the version of '{line.text}': what follows '+' is a build of another place.",
                f"Write `{line.name}=={line.pinned_version.partition('+')[0]}`.",
            )


@check(
    "pins",
    "Every package that is installed is pinned to one version",
    why="Without a version the build takes the newest one of that day, in which modules may be gone.",
)
def pinned(repository: Repository) -> Iterator[Fault]:
    """Find packages without an exact version."""
    for line in repository.build.installed().values():
        if line.pinned_version is None and line.name not in _INSTALLERS:
            yield warning(_place(line), f"'{line.text}' names no exact version.", "`make lock`, or write `==version`.")


@check(
    "pins-once",
    "No package is pinned to two versions",
    why="pip refuses two versions of one package; where two commands install them, the last one wins.",
)
def pinned_once(repository: Repository) -> Iterator[Fault]:
    """Find packages that the same image gets twice."""
    seen: dict[str, RequirementLine] = {}
    for line in repository.build.applying():
        if line.is_constraint:
            continue
        first = seen.setdefault(line.name, line)
        version, other = first.pinned_version, line.pinned_version
        if version and other and version != other:
            yield Fault(
                line.name, f"{_place(first)} pins {version}, {_place(line)} pins {other}.", "Leave one of the two."
            )


@check(
    "pins-together",
    "The pinned versions run with each other",
    why="pip finds no solution and the build fails; or a later command forces one, and the import fails.",
)
def together(repository: Repository) -> Iterator[Fault]:
    """Find pins that exclude each other, by the metadata of what is installed here."""
    build = repository.build
    for pin, asking, asked in conflicts(build.installed(), grader_marker_values(build.python)):
        yield Fault(
            pin.name,
            f"{_place(pin)} pins {pin.pinned_version}; {asking.name} {asking.pinned_version} asks for {asked}.",
            "Change one of the two in pyproject.toml, then `make lock`.",
        )


@check(
    "pins-same",
    "requirements.txt and environment.yml say what is installed",
    why="Only one file counts: a Dockerfile before environment.yml before requirements.txt. A change of another one "
    "has no effect.",
)
def same(repository: Repository) -> Iterator[Fault]:
    """Find pins in files that the builder does not read which differ from those that it installs."""
    build = repository.build
    installed = build.installed()
    read = {line.file for line in build.lines}
    for name in BUILD_FILES[BUILD_FILES.index(build.source) + 1 :]:
        if name in read or not repository.has(name):
            continue
        for other in _other_pins(repository, name, build.python):
            used = installed.get(other.name)
            if other.name in _INSTALLERS:
                continue
            if used is None:
                finding = f"{name} asks for '{other.text}', and the image goes by {build.source}, which leaves it out."
            elif other.pinned_version and used.pinned_version and other.pinned_version != used.pinned_version:
                finding = (
                    f"{name} pins {other.pinned_version}, and the image gets {used.pinned_version} ({_place(used)})."
                )
            else:
                continue
            # A Dockerfile says openly what it installs; that environment.yml wins is what nobody sees.
            level = Level.ERROR if build.source == ENVIRONMENT else Level.WARNING
            fix = f"Change {_file_of(used, build)} too: pyproject.toml and `make lock` change all."
            yield Fault(other.name, finding, fix, level)


@check(
    "pins-undone",
    "No later command changes pinned versions",
    why="What is installed later replaces what was pinned: changing requirements.txt then has no effect.",
)
def undone(repository: Repository) -> Iterator[Fault]:
    """Find commands that install over the pins."""
    lines = repository.build.applying()
    pins = {line.name: line for line in lines if line.pinned_version and line.file != DOCKERFILE}
    image = repository.dockerfile.script if repository.dockerfile else ""
    for name, script in ((POST_BUILD, repository.optional_text(POST_BUILD)), (DOCKERFILE, image)):
        for call in installations_in(script):
            for package in (read_line(name, 0, text) for text in call.packages):
                pin = pins.get(package.name)
                if pin and (call.upgrades or not _allows(package, str(pin.pinned_version))):
                    yield Fault(
                        name,
                        f"It installs '{package.text}' over {pin.name} {pin.pinned_version} ({_place(pin)}).",
                        f"Remove it from {name}; pin the version that you want in pyproject.toml, then `make lock`.",
                    )
                elif name == POST_BUILD and not (pin or package.pinned_version or package.name in _INSTALLERS):
                    yield warning(
                        name, f"It installs '{package.text}' in no exact version.", "Pin it: `name==version`."
                    )
            for file in call.files if name == POST_BUILD else ():
                yield warning(name, f"It installs {file} once more.", f"Remove it from {name}.")


@check(
    "pins-current",
    "The pins fulfil pyproject.toml",
    why="A dependency that is not locked is not in the image: the import fails at grading.",
)
def current(repository: Repository) -> Iterator[Fault]:
    """Find dependencies that no pin fulfils."""
    build = repository.build
    installed = build.installed() if build.is_bare else {}
    marker_values = grader_marker_values(build.python)
    for asked in _dependencies(repository):
        pin = installed.get(canonicalize_name(asked.name))
        applies = asked.marker is None or asked.marker.evaluate(marker_values)
        version = pin.pinned_version if pin else None
        if applies and installed and (pin is None or (version and not asked.specifier.contains(version, True))):
            yield Fault(
                asked.name,
                f"{PROJECT} asks for '{asked}', and {build.source} installs {version or 'none'}.",
                "`make lock`, then commit the requirement files.",
            )


def _dependencies(repository: Repository) -> Iterator[Requirement]:
    for text in repository.project.dependencies:
        requirement = read_line(PROJECT, 0, text).requirement
        if requirement is not None:
            yield requirement


def _other_pins(repository: Repository, name: str, python: str | None) -> list[RequirementLine]:
    if name == ENVIRONMENT:
        read = read_environment(repository.text(name), repository.text)
        return list(Build(name, read.lines, python).installed().values())
    return list(Build(name, tuple(read_requirements(name, repository.text)), python).installed().values())


def _allows(line: RequirementLine, version: str) -> bool:
    return line.requirement is not None and line.requirement.specifier.contains(version, prereleases=True)


def _place(line: RequirementLine) -> str:
    return line.place if line.number else line.file


def _file_of(line: RequirementLine | None, build: Build) -> str:
    return line.file if line else build.source


CHECKS = (lines, pinned, pinned_once, together, same, undone, current)
