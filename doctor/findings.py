"""What a check is and what it finds.

A check is a function from a repository to faults. Whatever a check cannot read ends it with `UnreadableError`: the
check whose subject that file is tells the reason, and all others are reported as not made. Where no check tells it, the
first one that was not made has it as an error: what could not be looked at never counts as passed.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from audio import KitError

if TYPE_CHECKING:
    from doctor.repository import Repository


class Challenge(str, Enum):
    """A challenge that the repository can be submitted to."""

    MDX21 = "mdx21"
    SDX23 = "sdx23"


SERVER = "gitlab.aicrowd.com"
"""Where a tag is pushed to be graded."""
REMOTE = "aicrowd"
"""What the kit calls the remote that leads there."""
SERVER_ADDRESS = f"git@{SERVER}:YOUR-NAME/YOUR-REPOSITORY.git"
BOTH = frozenset(Challenge)
MDX21_ONLY = frozenset({Challenge.MDX21})
SDX23_ONLY = frozenset({Challenge.SDX23})


class Level(str, Enum):
    """How bad a finding is."""

    ERROR = "error"
    """The submission fails, is not graded, or breaks a rule."""
    WARNING = "warning"
    """It may, or it gives away something."""


class UnreadableError(KitError):
    """Something that a check needs is missing or cannot be read.

    Args:
        subject: The file.
        problem: What is wrong with it, as a sentence.
    """

    def __init__(self, subject: str, problem: str) -> None:
        super().__init__(f"'{subject}': {problem}")
        self.subject = subject
        self.problem = problem


class ToldElsewhereError(UnreadableError):
    """A check's question has no answer, for a reason that another check tells."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong."""

    subject: str
    """What is wrong: a file, a package, a model, a tag."""
    finding: str
    """What was found, as a sentence."""
    fix: str
    """A command, or what to change."""
    level: Level = Level.ERROR


@dataclass(frozen=True)
class Check:
    """One question to a repository."""

    name: str
    """For people and programs, such as `large-files`."""
    title: str
    """What holds where it finds nothing, as a sentence without its full stop."""
    why: str
    """What happens to a submission otherwise."""
    look: Callable[[Repository], Iterable[Fault]]
    """Returns the faults.

    Raises:
        UnreadableError: Something that it needs cannot be read.
    """
    challenges: frozenset[Challenge] = BOTH


def check(
    name: str, title: str, why: str, challenges: frozenset[Challenge] = BOTH
) -> Callable[[Callable[[Repository], Iterable[Fault]]], Check]:
    """Make a check of the function below: `@check("name", "What holds", why="What happens otherwise.")`."""

    def make(look: Callable[[Repository], Iterable[Fault]]) -> Check:
        return Check(name, title, why, look, challenges)

    return make


def quoted(path: str) -> str:
    """Return a path as a shell reads it back, for commands that are pasted."""
    return shlex.quote(path)


def ignoring(path: str) -> str:
    """Return the command that adds a file or folder to .gitignore, whether or not its last line is ended."""
    return f"printf '\\n%s\\n' {quoted(f'/{path}')} >> .gitignore"


def warning(subject: str, finding: str, fix: str) -> Fault:
    """Return a fault that is no error."""
    return Fault(subject, finding, fix, Level.WARNING)
