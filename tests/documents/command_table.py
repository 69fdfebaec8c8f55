"""`commands.yaml`: what stands for the documents' placeholders, and how commands that are too large are run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

TABLE = Path(__file__).with_name("commands.yaml")
MISSING = ("network", "account")
OPTION = re.compile(r"(?<!\S)--?[a-zA-Z][\w-]*")


@dataclass(frozen=True)
class Row:
    """How one command is run; without a row it runs as it is written, placeholders replaced."""

    command: str
    """As the documents write it."""
    why: str
    """The reason for what is changed."""
    runs_as: str = ""
    """What is run in its place: the same program with the same options, and others that make it smaller."""
    place: str = ""
    """The fixture that gives the folder in which it runs; else that of its program."""
    after: tuple[str, ...] = ()
    """Commands of the documents that come before it."""
    constants: dict[str, Any] = field(default_factory=dict)
    """Constants of modules that make it smaller: "module.NAME" -> value."""
    threads: int = 1
    """Of torch, where the command asks for more than one."""
    fresh_processes: bool = False
    """What is measured runs in processes of its own: its memory matters."""
    real_models: bool = False
    """It runs the manifest's own networks, with random weights."""
    exhaustive: bool = False
    """It runs for `make test-all` only."""
    not_run: str = ""
    """What it needs and a test has not: one of MISSING."""

    @property
    def changes_anything(self) -> bool:
        """Say whether the command runs otherwise than without a row."""
        bare = Row(self.command, self.why)
        return self != bare


@dataclass(frozen=True)
class Table:
    """All rows, and what many commands have in common."""

    placeholders: dict[str, str]
    """What stands for which word."""
    in_a_clone: tuple[str, ...]
    """How commands begin that run in a clone."""
    rows: dict[str, Row]
    other_lines: tuple[str, ...]
    """How the lines of blocks begin that are no commands."""

    def row(self, command: str) -> Row:
        """Return the row of a command; without one it is run as it is."""
        return self.rows.get(command, Row(command, why=""))

    def place(self, command: str) -> str:
        """Return the fixture that gives the folder in which a command runs."""
        usual = "clone" if command.startswith(self.in_a_clone) else "scratch"
        return self.row(command).place or usual

    def filled_in(self, command: str) -> str:
        """Return what is run: the row's words, every placeholder replaced, the longest first."""
        text = self.row(command).runs_as or command
        text = re.sub(r"\[[^]]*\.\.\.\]", "", text)
        words = "|".join(re.escape(word) for word in sorted(self.placeholders, key=len, reverse=True))
        return re.sub(rf"(?<![\w.-])({words})(?![\w-])", lambda match: self.placeholders[match[1]], text)


@cache
def load_table() -> Table:
    """Read the table."""
    content = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    rows = [Row(**{**row, "after": tuple(row.get("after", ()))}) for row in content["commands"]]
    assert len({row.command for row in rows}) == len(rows), "two rows for one command"
    return Table(
        placeholders=content["placeholders"],
        in_a_clone=tuple(content["in_a_clone"]),
        rows={row.command: row for row in rows},
        other_lines=tuple(content["other_lines"]),
    )


def lost_words(row: Row) -> list[str]:
    """Return what a row has dropped or renamed: the program and its commands, or options."""
    if not row.runs_as:
        return []
    asked, run = row.command.split(), row.runs_as.split()
    options = OPTION.findall(row.command)
    kept = OPTION.findall(row.runs_as)
    lost = [option for option in options if options.count(option) > kept.count(option)]
    leading = 3 if asked[:2] == ["python", "-m"] else 2
    return lost + [word for word in asked[:leading] if word not in run[: leading + 1] and word.islower()]
