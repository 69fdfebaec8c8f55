"""Requirement files: each line a package, an option, or something that pip would refuse.

Reference: https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

_COMMENT = re.compile(r"(^|\s)#.*$")
_NESTED = re.compile(r"^(?:-r\s*|--requirement[=\s]\s*)(\S+)")
_CONSTRAINT = re.compile(r"^(?:-c\s*|--constraint[=\s]\s*)(\S+)")
_OPTION_AT_END = re.compile(r"\s--(hash|global-option|config-settings)[=\s].*$")
_EDITABLE = re.compile(r"^(?:-e\s*|--editable[=\s]\s*)")
_INDEX = re.compile(r"^(-i|--index-url|--extra-index-url|-f|--find-links)\b")
_ELSEWHERE = re.compile(r"^(file:|/|~|\.\./|[A-Za-z]:\\)|@\s*file:")
_WITHIN = re.compile(r"^\.(/|\[|$)")
MOST_NESTED = 5


@dataclass(frozen=True)
class RequirementLine:
    """One line of a requirement file."""

    file: str
    number: int
    text: str
    """Without its comment."""
    requirement: Requirement | None = None
    """None for options, paths and addresses, and what cannot be read."""
    problem: str | None = None
    """Why pip would refuse it."""
    is_constraint: bool = False
    """Whether it only limits what another line asks for."""

    @property
    def place(self) -> str:
        """For messages."""
        return f"{self.file}:{self.number}"

    @property
    def name(self) -> str:
        """The package's name as the index spells it; empty where the line names none."""
        return canonicalize_name(self.requirement.name) if self.requirement else ""

    @property
    def pinned_version(self) -> str | None:
        """The one version that it allows, or None."""
        specifiers = list(self.requirement.specifier) if self.requirement else []
        exact = [one.version for one in specifiers if one.operator in ("==", "===") and not one.version.endswith("*")]
        return exact[0] if exact else None

    @property
    def is_elsewhere(self) -> bool:
        """Whether it leads to a file or folder of some machine."""
        return bool(_ELSEWHERE.search(_EDITABLE.sub("", self.text)))

    @property
    def is_project(self) -> bool:
        """Whether it leads to a folder of the repository, of which only an installer knows what it asks for."""
        return bool(_WITHIN.search(_EDITABLE.sub("", self.text)))

    @property
    def names_index(self) -> bool:
        """Whether it is an option that names a place for packages."""
        return bool(_INDEX.match(self.text))


def read_requirements(name: str, text_of: Callable[[str], str], depth: int = 0) -> list[RequirementLine]:
    """Return the lines of a requirement file and of those that it includes.

    Args:
        name: The file.
        text_of: Gives a file's text by its name, and may raise.
        depth: How many files include this one.
    """
    lines: list[RequirementLine] = []
    for number, raw in enumerate(re.sub(r"\\\n", " ", text_of(name)).splitlines(), start=1):
        text = _COMMENT.sub("", raw).strip()
        nested, constraint = _NESTED.match(text), _CONSTRAINT.match(text)
        included = nested or constraint
        if included and depth < MOST_NESTED:
            inner = read_requirements(_beside(name, included[1]), text_of, depth + 1)
            lines += inner if nested else as_constraints(inner)
        elif text:
            lines.append(read_line(name, number, text))
    return lines


def read_line(file: str, number: int, text: str) -> RequirementLine:
    """Return what one line says.

    Args:
        file: Where it stands.
        number: Its line.
        text: Without comment.
    """
    plain = RequirementLine(file, number, text)
    if text.startswith("-") or plain.is_elsewhere or plain.is_project or "://" in text.split("@")[0]:
        return plain
    try:
        return RequirementLine(file, number, text, Requirement(_OPTION_AT_END.sub("", text)))
    except InvalidRequirement as error:
        return RequirementLine(file, number, text, problem=str(error).splitlines()[0])


def as_constraints(lines: Iterable[RequirementLine]) -> list[RequirementLine]:
    """Return the same lines as those of a constraint file."""
    return [
        RequirementLine(line.file, line.number, line.text, line.requirement, line.problem, is_constraint=True)
        for line in lines
    ]


def _beside(file: str, other: str) -> str:
    folder, slash, _ = file.rpartition("/")
    return f"{folder}{slash}{other}"
