"""Commands in shell scripts and Dockerfiles, as far as they install packages or fetch files; nothing is run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

_CONTINUED = re.compile(r"\\\r?\n")
_COMMENT = re.compile(r"(^|\s)#.*$")
_BETWEEN = ";&|()"
_ASSIGNMENT = re.compile(r"^\w+=")
_PREFIXES = frozenset({"sudo", "exec", "time", "then", "do", "if", "!"})
_FILE_OPTIONS, _CONSTRAINT_OPTIONS = ("-r", "--requirement", "--requirements"), ("-c", "--constraint", "--constraints")
_INDEX_OPTIONS = ("-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--index")
_VALUE_OPTIONS = (*_INDEX_OPTIONS, "--python", "-t", "--target", "--prefix", "--root", "--timeout", "--cache-dir", "-p")
_CONDA_VALUE_OPTIONS = ("-c", "--channel", "-n", "--name", "-p", "--prefix")
_UPGRADE_OPTIONS = ("-U", "--upgrade", "--force-reinstall")
_PIP, _CONDA = re.compile(r"^pip[\d.]*$"), re.compile(r"^(conda|mamba|micromamba)$")
_OTHER_INSTALLERS = frozenset({"poetry", "pdm", "pipenv", "uv", "hatch"})
_FETCHERS = frozenset({"wget", "curl", "gdown", "aria2c"})
_GIT_FETCHES = (["git", "clone"], ["git", "lfs", "pull"], ["git", "lfs", "fetch"])


@dataclass(frozen=True)
class Installation:
    """One call of an installer."""

    packages: tuple[str, ...] = ()
    """As written, such as `numpy==2.0`."""
    files: tuple[str, ...] = ()
    """Requirement files, or an environment of conda."""
    constraints: tuple[str, ...] = ()
    """Constraint files."""
    upgrades: bool = False
    other_index: bool = False
    """Whether it names a place for packages beside the usual index."""
    is_opaque: bool = False
    """Whether it installs what only another program could tell."""


def commands_in(script: str) -> list[list[str]]:
    """Return the words of each command of a script; what no shell would read is split at spaces."""
    commands = []
    for line in _CONTINUED.sub(" ", script).splitlines():
        words = _words(_COMMENT.sub("", line))
        for between, group in groupby(words, key=lambda word: set(word) <= set(_BETWEEN)):
            if not between:
                commands.append(list(group))
    return commands


def installations_in(script: str) -> list[Installation]:
    """Return every call of an installer, in order."""
    found = (_installation_of(words) for words in commands_in(script))
    return [installation for installation in found if installation is not None]


def fetches_in(script: str) -> list[str]:
    """Return every command that gets files from the network."""
    return [" ".join(words) for words in map(_bare, commands_in(script)) if _is_fetch(words)]


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=_BETWEEN)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:
        return line.split()


def _bare(words: list[str]) -> list[str]:
    """Drop what stands before the name of the program."""
    place = 0
    while place < len(words) and (words[place] in _PREFIXES or _ASSIGNMENT.match(words[place])):
        place += 1
    return [words[place].rsplit("/", 1)[-1], *words[place + 1 :]] if place < len(words) else []


def _is_fetch(words: list[str]) -> bool:
    runs_module = words[1:2] == ["-m"] and bool(_FETCHERS.intersection(words[2:3]))
    return (
        bool(_FETCHERS.intersection(words[:1])) or runs_module or any(words[: len(one)] == one for one in _GIT_FETCHES)
    )


def _installation_of(words: list[str]) -> Installation | None:
    """Return what a command installs; None for any other command."""
    names = [word.rsplit("/", 1)[-1] for word in words]
    uses_conda = any(map(_CONDA.match, names))
    if uses_conda and "env" in names:
        files = [value for option, value in _options(words, ("-f", "--file")) if option in ("-f", "--file")]
        return Installation(files=tuple(files)) if files else None
    verb = next((place for place, name in enumerate(names) if name in ("install", "sync")), None)
    if verb is None:
        return None
    rest = words[verb + 1 :]
    if uses_conda:
        return _conda_installation(rest)
    if any(map(_PIP.match, names[:verb])):
        # `pip sync` takes files where `pip install` takes packages.
        return _pip_installation(rest if names[verb] == "install" else [f"--requirement={name}" for name in rest])
    return Installation(is_opaque=True) if _OTHER_INSTALLERS.intersection(names[:verb]) else None


def _conda_installation(arguments: list[str]) -> Installation:
    packages = [value for option, value in _options(arguments, _CONDA_VALUE_OPTIONS) if option is None]
    # As pip writes it; conda takes the newest version that begins so.
    return Installation(tuple(re.sub(r"^([\w.-]+)=([\w.]+)$", r"\1==\2", package) for package in packages))


def _pip_installation(arguments: list[str]) -> Installation:
    found = list(_options(arguments, (*_FILE_OPTIONS, *_CONSTRAINT_OPTIONS, *_VALUE_OPTIONS)))
    options = {option for option, _ in found}
    return Installation(
        packages=tuple(value for option, value in found if option is None),
        files=tuple(value for option, value in found if option in _FILE_OPTIONS),
        constraints=tuple(value for option, value in found if option in _CONSTRAINT_OPTIONS),
        upgrades=not options.isdisjoint(_UPGRADE_OPTIONS),
        other_index=not options.isdisjoint(_INDEX_OPTIONS),
    )


def _options(arguments: list[str], with_value: tuple[str, ...]) -> Iterator[tuple[str | None, str]]:
    """Yield (option, its value or nothing), and (None, any other word)."""
    words = iter(arguments)
    for word in words:
        name, equals, value = word.partition("=")
        short = word[:2]
        if not word.startswith("-"):
            yield None, word
        elif name in with_value:
            yield name, value if equals else next(words, "")
        elif short in with_value and short != "--":
            yield short, word[2:]
        else:
            yield name, value
