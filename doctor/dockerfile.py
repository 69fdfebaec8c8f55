"""A Dockerfile as instructions: its base image, what it copies, what it runs.

Reference: https://docs.docker.com/reference/dockerfile/
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

_CONTINUED = re.compile(r"\\[ \t]*\n")
_PYTHON_IMAGE = re.compile(r"(?:^|/)python:(\d+\.\d+)")
_KNOWN_BASES = re.compile(r"(?:^|/)(python|debian|ubuntu|nvidia/cuda|cuda)(?::|$|@)")


@dataclass(frozen=True)
class Instruction:
    """One of them, with its lines joined."""

    name: str
    """In capitals."""
    text: str
    """What stands behind the name."""


@dataclass(frozen=True)
class Dockerfile:
    """What a Dockerfile says."""

    instructions: tuple[Instruction, ...]

    def texts(self, name: str) -> list[str]:
        """Return what stands behind each instruction of a name."""
        return [instruction.text for instruction in self.instructions if instruction.name == name]

    @property
    def base(self) -> str | None:
        """The image that the last stage begins from, through other stages; None where there is none."""
        base: str | None = None
        stages: dict[str, str] = {}
        for text in self.texts("FROM"):
            words = [word for word in text.split() if not word.startswith("--")]
            if words:
                base = stages.get(words[0], words[0])
                stages[words[-1]] = base
        return base

    @property
    def python(self) -> str | None:
        """The base's Python, such as 3.11, where its name tells."""
        found = _PYTHON_IMAGE.search(self.base or "")
        return found[1] if found else None

    @property
    def base_is_bare(self) -> bool:
        """Whether the base is known to bring no Python packages of its own."""
        return _KNOWN_BASES.search(self.base or "") is not None

    @property
    def script(self) -> str:
        """All that is run while the image is built."""
        return "\n".join(self.texts("RUN"))

    def copied(self) -> list[str]:
        """Return the sources of every COPY and ADD that come from the repository."""
        sources = []
        for text in (*self.texts("COPY"), *self.texts("ADD")):
            if "--from=" not in text:
                words = [word for word in _words(text) if not word.startswith("--")]
                sources += [word for word in words[:-1] if "://" not in word and "$" not in word]
        return sources


def read_dockerfile(text: str) -> Dockerfile:
    """Return the instructions of a Dockerfile; what is none becomes one with an odd name."""
    lines = [line for line in text.replace("\r\n", "\n").splitlines() if not line.lstrip().startswith("#")]
    joined = _CONTINUED.sub(" ", "\n".join(lines))
    parts = [line.strip().partition(" ") for line in joined.splitlines() if line.strip()]
    return Dockerfile(tuple(Instruction(name.upper(), rest.strip()) for name, _, rest in parts))


def _words(text: str) -> list[str]:
    if text.startswith("["):
        return re.findall(r'"([^"]*)"', text)
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
