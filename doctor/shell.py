"""Commands in shell scripts and Dockerfiles, as far as they install packages or fetch files; nothing is run."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from doctor.pip_options import CONSTRAINT_OPTIONS, FILE_OPTIONS, INDEX_OPTIONS, UPGRADE_OPTIONS, options_of

_CONTINUED = re.compile(r"\\\r?\n")
_COMMENT = re.compile(r"(^|\s)#.*$")
_BETWEEN = ";&|()"
_REDIRECTION = re.compile(r"^\d*[<>]+(.*)$")
_ASSIGNMENT = re.compile(r"^\w+=")
_PREFIXES = frozenset({"sudo", "exec", "time", "then", "do", "if", "!"})
_CONDA_VALUE_OPTIONS = ("-c", "--channel", "-n", "--name", "-p", "--prefix")
_CONDA_FILE_OPTIONS, _CONDA_FILE = ("-f", "--file"), "environment.yml"
_PIP_VERBS, _CONDA_VERBS = ("install", "sync"), ("install", "create", "update")
_PIP, _CONDA = re.compile(r"^pip[\d.]*$"), re.compile(r"^(conda|mamba|micromamba)$")
_OTHER_INSTALLERS = frozenset({"poetry", "pdm", "pipenv", "uv", "hatch"})
_SHELLS = frozenset({"sh", "bash", "dash", "zsh"})
_OTHER_USERS = frozenset({"su", "runuser"})
_COMMAND_OPTION = re.compile(r"^(-[a-z]*c|--command)$")
_PYTHON = re.compile(r"^python[\d.]*$")
_SCRIPTS = (".sh", ".py")
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
    pip_arguments: tuple[str, ...] = field(default=(), compare=False)
    """All that pip is given; nothing where another program installs."""


@dataclass(frozen=True)
class Step:
    """One command of a script."""

    words: tuple[str, ...]
    folder: str
    """In which it runs, from where the script begins; empty where no `cd` goes before."""
    installation: Installation | None
    """None for a command that installs no Python packages."""


def commands_in(script: str) -> list[list[str]]:
    """Return the words of each command of a script; what no shell would read is split at spaces."""
    commands = []
    for line in _CONTINUED.sub(" ", script).splitlines():
        words = _words(_COMMENT.sub("", line))
        for between, group in groupby(words, key=lambda word: set(word) <= set(_BETWEEN)):
            if not between:
                commands.append(list(group))
    return commands


def steps_in(script: str, folder: str = "") -> Iterator[Step]:
    """Yield every command, those that `bash -c` is handed too, with the folder to which `cd` leads.

    Args:
        script: Lines of a shell.
        folder: In which it begins.
    """
    for words in commands_in(script):
        handed_on = _handed_on(_bare(words))
        if handed_on is not None:
            yield from steps_in(handed_on, folder)
            continue
        if words[0] == "cd" and len(words) > 1:
            folder = posixpath.join(folder, words[1])
        yield Step(tuple(words), folder, _installation_of(_without_redirections(words)))


def installations_in(script: str) -> list[Installation]:
    """Return every call of an installer, in order."""
    return [step.installation for step in steps_in(script) if step.installation is not None]


def fetches_in(script: str) -> list[str]:
    """Return every command that gets files from the network."""
    commands = (_bare(list(step.words)) for step in steps_in(script))
    return [" ".join(words) for words in commands if _is_fetch(words)]


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=_BETWEEN)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:
        return line.split()


def _without_redirections(words: list[str]) -> list[str]:
    """Drop where a command's output goes; a version such as `numpy>=2`, which a shell would cut too, stays."""
    kept: list[str] = []
    follows = False
    for word in words:
        found = _REDIRECTION.match(word)
        if not found and not follows:
            kept.append(word)
        follows = bool(found and not found[1])
    return kept


def _bare(words: list[str]) -> list[str]:
    """Drop what stands before the name of the program."""
    place = 0
    while place < len(words) and (words[place] in _PREFIXES or _ASSIGNMENT.match(words[place])):
        place += 1
    return [words[place].rsplit("/", 1)[-1], *words[place + 1 :]] if place < len(words) else []


def _handed_on(words: list[str]) -> str | None:
    """Return the commands that a shell, or another user's, is given as one word; None for any other command."""
    if not _SHELLS.union(_OTHER_USERS).intersection(words[:1]):
        return None
    return next((script for option, script in pairwise(words) if _COMMAND_OPTION.match(option)), None)


def _starts_script(words: list[str]) -> bool:
    """Tell whether a command is a file that may install anything."""
    bare = _bare(words)
    if not bare:
        return False
    arguments = [word for word in bare[1:] if not word.startswith("-")]
    if bare[0] in (*_SHELLS, ".", "source"):
        return bool(arguments)
    if _PYTHON.match(bare[0]):
        return "-m" not in bare and any(word.endswith(_SCRIPTS) for word in arguments[:1])
    return bare[0].endswith(_SCRIPTS) or f"./{bare[0]}" in words


def _is_fetch(words: list[str]) -> bool:
    runs_module = words[1:2] == ["-m"] and bool(_FETCHERS.intersection(words[2:3]))
    return (
        bool(_FETCHERS.intersection(words[:1])) or runs_module or any(words[: len(one)] == one for one in _GIT_FETCHES)
    )


def _installation_of(words: list[str]) -> Installation | None:
    """Return what a command installs; None for any other command."""
    names = [word.rsplit("/", 1)[-1] for word in words]
    uses_conda = any(map(_CONDA.match, names)) and "run" not in names
    verbs = _CONDA_VERBS if uses_conda else _PIP_VERBS
    verb = next((place for place, name in enumerate(names) if name in verbs), None)
    removes = "uninstall" in names and any(map(_PIP.match, names))
    opaque = Installation(is_opaque=True) if removes or _starts_script(words) else None
    if verb is None:
        return opaque
    rest = words[verb + 1 :]
    if uses_conda:
        return _conda_installation(rest, default=(_CONDA_FILE,) if "env" in names[:verb] else ())
    if any(map(_PIP.match, names[:verb])):
        # `pip sync` takes files where `pip install` takes packages.
        arguments = rest if names[verb] == "install" else [f"--requirement={name}" for name in rest]
        return _pip_installation(arguments)
    return Installation(is_opaque=True) if _OTHER_INSTALLERS.intersection(names[:verb]) else opaque


def _conda_installation(arguments: list[str], default: tuple[str, ...]) -> Installation:
    """Return what conda installs; where no file is named, `conda env` reads one by default."""
    found = list(options_of(arguments, (*_CONDA_FILE_OPTIONS, *_CONDA_VALUE_OPTIONS)))
    # As pip writes it; conda takes the newest version that begins so.
    packages = (re.sub(r"^([\w.-]+)=([\w.]+)$", r"\1==\2", value) for option, value in found if option is None)
    files = tuple(value for option, value in found if option in _CONDA_FILE_OPTIONS)
    return Installation(tuple(packages), files or default)


def _pip_installation(arguments: list[str]) -> Installation:
    found = list(options_of(arguments))
    options = {option for option, _ in found}
    return Installation(
        packages=tuple(value for option, value in found if option is None),
        files=tuple(value for option, value in found if option in FILE_OPTIONS),
        constraints=tuple(value for option, value in found if option in CONSTRAINT_OPTIONS),
        upgrades=not options.isdisjoint(UPGRADE_OPTIONS),
        other_index=not options.isdisjoint(INDEX_OPTIONS),
        pip_arguments=tuple(arguments),
    )
