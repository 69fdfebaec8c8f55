"""A Dockerfile as instructions: its base image, what it copies, what it runs, with its variables put in.

Reference: https://docs.docker.com/reference/dockerfile/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from doctor.dockerfile_lines import Instruction, split_instructions, words_of
from doctor.dockerfile_variables import substitute

_PYTHON_IMAGE = re.compile(r"(?:^|/)python:(\d+\.\d+)")
_KNOWN_BASES = re.compile(r"(?:^|/)(python|debian|ubuntu|nvidia/cuda|cuda)(?::|$|@)")


@dataclass(frozen=True)
class Dockerfile:
    """What a Dockerfile says."""

    instructions: tuple[Instruction, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    """What the image sets for all that runs in it."""

    def texts(self, name: str) -> list[str]:
        """Return what stands behind each instruction of a name."""
        return [instruction.text for instruction in self.instructions if instruction.name == name]

    @property
    def base(self) -> str | None:
        """The image that the last stage begins from, through other stages; None where there is none."""
        base: str | None = None
        stages: dict[str, str] = {}
        for text in self.texts("FROM"):
            words = text.split()
            if words:
                base = stages.get(words[0], words[0])
                stages[words[-1]] = base
        return base

    @property
    def reaching(self) -> list[Instruction]:
        """The instructions of the last stage and of the stages that it begins from: what the image comes of."""
        stages: list[list[Instruction]] = []
        named: dict[str, list[Instruction]] = {}
        for instruction in self.instructions:
            if instruction.name == "FROM":
                words = instruction.text.split()
                stages.append([*named.get(words[0], []), instruction] if words else [instruction])
                named[words[-1] if words else ""] = stages[-1]
            elif stages:
                stages[-1].append(instruction)
        return stages[-1] if stages else list(self.instructions)

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
        return "\n".join(instruction.command for instruction in self.instructions if instruction.name == "RUN")

    def copied(self) -> list[str]:
        """Return the sources of every COPY and ADD that come from the repository."""
        sources = []
        for instruction in self.instructions:
            if instruction.name in ("COPY", "ADD") and not instruction.is_from_elsewhere:
                *words, _ = words_of(instruction.text) or [""]
                sources += [word for word in words if not any(sign in word for sign in ("://", "$", "<<"))]
        return sources


def read_dockerfile(text: str) -> Dockerfile:
    """Return the instructions of a Dockerfile; what is none becomes one with an odd name.

    Raises:
        UnreadableError: A quotation mark stays open where variables are set.
    """
    return Dockerfile(*substitute(split_instructions(text)))
