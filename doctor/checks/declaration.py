"""Is aicrowd.json what the challenge reads?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from doctor.declaration_file import (
    CHALLENGE_IDS,
    DECLARATION,
    OPTIONAL_KEYS,
    PLACEHOLDER_AUTHORS,
    REQUIRED_KEYS,
)
from doctor.findings import Fault, UnreadableError, check, warning
from doctor.repository import Repository
from models.validation import did_you_mean

_KINDS = {bool: "true or false, without quotation marks", str: "a text", list: "a list of names"}
_EDIT = f"Edit {DECLARATION}"


@check(
    "declaration-readable",
    "aicrowd.json can be read",
    why="The challenge finds out from this file which evaluation a submission is for; without it there is none.",
)
def readable(repository: Repository) -> Iterator[Fault]:
    """Find a declaration that is missing or no JSON object."""
    try:
        repository.declaration  # noqa: B018 # reading it is the question
    except UnreadableError as error:
        anew = f"`rm -f {DECLARATION} && mdx leaderboard mdx21-b`"
        fix = f"{repository.how_to_restore(DECLARATION)}; or write it anew: {anew}"
        yield Fault(error.subject, error.problem, fix)


@check(
    "declaration-keys",
    "aicrowd.json has every key of its challenge, once, with the right kind of value",
    why="A key that is missing or misspelt counts as not given, and a flag in quotation marks may count as true.",
)
def keys(repository: Repository) -> Iterator[Fault]:
    """Find keys that are missing, unknown, repeated, or of the wrong kind."""
    declaration = repository.declaration
    required = REQUIRED_KEYS[repository.challenge]
    known = {**OPTIONAL_KEYS, **required}
    for key in declaration.repeated:
        yield Fault(key, "The key stands there more than once; the last one counts.", f"{_EDIT}: remove the others.")
    for key, kind in required.items():
        if key not in declaration.content:
            yield Fault(key, "The key is missing.", f'{_EDIT}: add "{key}", {_KINDS[kind]}.')
    for key, value in declaration.content.items():
        if key not in known:
            hint = did_you_mean(key, known)
            yield warning(key, f"The key is unknown.{hint}", f"{_EDIT}: correct or remove it.")
        elif not isinstance(value, known[key]):
            yield Fault(key, f"The value must be {_KINDS[known[key]]}. Got {value!r}.", f"{_EDIT}.")


@check(
    "challenge-id",
    "challenge_id and grader_id name the challenge",
    why="Another name starts no evaluation, or that of another challenge.",
)
def challenge_id(repository: Repository) -> Iterator[Fault]:
    """Find names of no challenge, or of another one than asked for."""
    wanted = CHALLENGE_IDS[repository.challenge]
    for key in ("challenge_id", "grader_id"):
        got = repository.declaration.content.get(key)
        if isinstance(got, str) and got != wanted:
            yield Fault(key, f"It must be '{wanted}' for {repository.challenge.value}. Got '{got}'.", f"{_EDIT}.")


@check(
    "authors",
    "aicrowd.json names its authors",
    why="A submission counts for the participants that it names.",
)
def authors(repository: Repository) -> Iterator[Fault]:
    """Find no authors, or the kit's placeholder."""
    names: Any = repository.declaration.content.get("authors")
    if not isinstance(names, list):
        return
    if not names:
        yield Fault("authors", "The list is empty.", f"{_EDIT}: add your AIcrowd user name.")
    for name in names:
        if not isinstance(name, str) or not name.strip():
            yield Fault("authors", f"Each of them must be a name. Got {name!r}.", f"{_EDIT}.")
        elif name in PLACEHOLDER_AUTHORS:
            yield warning("authors", f"'{name}' is the placeholder of the kit.", f"{_EDIT}: put your user name there.")


@check(
    "debug-flag",
    "The submission is not in debug mode",
    why="In sister challenges a submission in debug mode shows its logs and is not ranked.",
)
def debug(repository: Repository) -> Iterator[Fault]:
    """Find the flag of sister challenges."""
    if repository.declaration.says("debug"):
        yield warning("debug", "It is true.", f'{_EDIT}: remove "debug".')


@check(
    "other-declaration",
    "No other file looks like the declaration",
    why="Only aicrowd.json is read: what stands elsewhere has no effect.",
)
def other_files(repository: Repository) -> Iterator[Fault]:
    """Find files that people mistake for aicrowd.json."""
    for name in ("aicrowd.yaml", "aicrowd.yml", "AICROWD.json"):
        if repository.has(name) and not _same_file(repository, name):
            yield warning(name, "The challenge does not read it.", f"`rm {name}`; its keys go to {DECLARATION}.")


def _same_file(repository: Repository, name: str) -> bool:
    """Tell whether the disk knows no capitals."""
    here = repository.path / DECLARATION
    return here.exists() and (repository.path / name).samefile(here)


CHECKS = (readable, keys, challenge_id, authors, debug, other_files)
