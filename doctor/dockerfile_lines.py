"""From the text of a Dockerfile to its instructions: joined lines, flags, here-documents, commands as JSON lists.

Reference: https://docs.docker.com/reference/dockerfile/
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

_CONTINUED = re.compile(r"\\[ \t]*$")
_FLAG = re.compile(r"--[a-z]\S*\s+")
_HERE_DOCUMENT = re.compile(r"<<-?(['\"]?)([A-Za-z_]\w*)\1")
_WITH_HERE_DOCUMENTS = frozenset({"RUN", "COPY", "ADD"})
_SHELLS = frozenset({"", "sh", "bash", "/bin/sh", "/bin/bash"})


@dataclass(frozen=True)
class Instruction:
    """One of them, with its lines joined."""

    name: str
    """In capitals."""
    text: str
    """What stands behind the name and the flags."""
    flags: tuple[str, ...] = ()
    """Such as `--from=base`."""
    here_document: str = ""
    """The lines that `<<EOF` announces."""

    @property
    def is_from_elsewhere(self) -> bool:
        """Whether it copies from another image or stage."""
        return any(flag.startswith("--from=") for flag in self.flags)

    @property
    def command(self) -> str:
        """What a RUN has the shell do."""
        if self.text.startswith("["):
            return shlex.join(words_of(self.text))
        program = _HERE_DOCUMENT.sub("", self.text).split()
        is_script = self.here_document and (not program or program[0] in _SHELLS)
        return self.here_document if is_script else self.text


def split_instructions(text: str) -> Iterator[Instruction]:
    """Yield the instructions; what is none becomes one with an odd name."""
    lines = iter(text.replace("\r\n", "\n").splitlines())
    for line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        joined = _with_continuation(line, lines)
        name, _, rest = joined.strip().replace("\t", " ").partition(" ")
        flags = []
        rest = rest.strip()
        while found := _FLAG.match(rest):
            flags.append(found[0].strip())
            rest = rest[found.end() :]
        name = name.upper()
        ends = [found[2] for found in _HERE_DOCUMENT.finditer(rest)] if name in _WITH_HERE_DOCUMENTS else []
        yield Instruction(name, rest, tuple(flags), "\n".join(_until(end, lines) for end in ends))


def words_of(text: str) -> list[str]:
    """Return the words of a text, written as in a shell or as a JSON list; what is neither is split at spaces."""
    try:
        return [str(word) for word in json.loads(text)] if text.startswith("[") else shlex.split(text)
    except ValueError:
        return text.split()


def _with_continuation(line: str, lines: Iterator[str]) -> str:
    """Add the lines that follow one which ends with a backslash; comments and empty lines are none of them."""
    while _CONTINUED.search(line):
        following = next((one for one in lines if one.strip() and not one.lstrip().startswith("#")), "")
        line = f"{_CONTINUED.sub(' ', line)}{following}"
    return line


def _until(end: str, lines: Iterator[str]) -> str:
    taken = []
    for line in lines:
        if line.strip() == end:
            break
        taken.append(line)
    return "\n".join(taken)
