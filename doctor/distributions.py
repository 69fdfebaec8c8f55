"""What is known of packages without a network: the metadata of those that are installed here.

A pin that is installed here in the same version has here what it asks for; of others nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import metadata
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from doctor.requirement_lines import RequirementLine


class Conflict(NamedTuple):
    """A pin that another pinned package does not run with."""

    pin: RequirementLine
    asked_by: RequirementLine
    asked: Requirement


def conflicts(pins: Mapping[str, RequirementLine], marker_values: Mapping[str, str]) -> Iterator[Conflict]:
    """Yield the pins that exclude each other.

    Args:
        pins: Name -> the line that decides its version.
        marker_values: Of the machine they are for.
    """
    for asking in pins.values():
        for asked in _asked_by(asking, marker_values):
            pin = pins.get(canonicalize_name(asked.name))
            version = pin.pinned_version if pin else None
            if pin and version and not asked.specifier.contains(version, prereleases=True):
                yield Conflict(pin, asking, asked)


def with_what_they_bring(names: Iterable[str]) -> frozenset[str]:
    """Return packages and all that they bring along, as far as they are installed here."""
    known: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in known:
            known.add(name)
            waiting += [canonicalize_name(one.name) for one in _requirements(name) if not _is_extra(one)]
    return frozenset(known)


@cache
def distributions_by_import() -> Mapping[str, frozenset[str]]:
    """Return import name -> packages installed here that bring it."""
    found = metadata.packages_distributions()
    return {name: frozenset(map(canonicalize_name, packages)) for name, packages in found.items()}


def _asked_by(line: RequirementLine, marker_values: Mapping[str, str]) -> Iterator[Requirement]:
    if line.requirement is None or line.pinned_version is None or _version_here(line.name) != line.pinned_version:
        return
    extras = ("", *line.requirement.extras)
    for asked in _requirements(line.name):
        if asked.marker is None or any(asked.marker.evaluate({**marker_values, "extra": extra}) for extra in extras):
            yield asked


def _is_extra(requirement: Requirement) -> bool:
    """Tell whether a package brings another one only where somebody asks for an extra."""
    return "extra" in str(requirement.marker or "")


@cache
def _requirements(name: str) -> tuple[Requirement, ...]:
    try:
        return tuple(Requirement(text) for text in metadata.requires(name) or ())
    except metadata.PackageNotFoundError:
        return ()


@cache
def _version_here(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
