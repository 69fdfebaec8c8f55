"""ARG and ENV of a Dockerfile, put in where instructions name them.

Reference: https://docs.docker.com/reference/dockerfile/#environment-replacement
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from doctor.dockerfile_lines import Instruction
from doctor.findings import UnreadableError

BUILD_ARGUMENTS = {"NB_USER": "aicrowd", "NB_UID": "1001"}
"""What the challenge's builder passes: the user whom it makes."""
_NAMED = re.compile(r"(\\?)\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::([-+])([^{}]*))?\})")


@dataclass
class Variables:
    """What is known at one place of a Dockerfile."""

    environment: dict[str, str] = field(default_factory=dict)
    """By ENV; stays in the image."""
    arguments: dict[str, str] = field(default_factory=dict)
    """By ARG; ENV goes before."""

    def put_into(self, text: str) -> str:
        """Replace the names of known variables; those that only the base image or a shell knows stay."""

        def value(found: re.Match[str]) -> str:
            escaped, name, braced, sign, other = found.groups()
            known = {**self.arguments, **self.environment}.get(name or braced)
            if escaped or (known is None and sign != "-"):
                return found[0]
            if sign == "+":
                return other
            return known or other or ""

        return _NAMED.sub(value, text)


def substitute(instructions: Iterable[Instruction]) -> tuple[tuple[Instruction, ...], Mapping[str, str]]:
    """Put variables into instructions.

    Returns:
        The instructions; what the last stage sets with ENV.

    Raises:
        UnreadableError: A line with ENV or ARG leaves a quotation mark open.
    """
    done = []
    before_stages, now = Variables(), Variables()
    stages: dict[str, Variables] = {}
    for instruction in instructions:
        if instruction.name == "FROM":
            text = before_stages.put_into(instruction.text)
            words = text.split() or [""]
            begun = stages.get(words[0], Variables())
            now = stages[words[-1]] = Variables(dict(begun.environment))
            done.append(replace(instruction, text=text))
            continue
        if instruction.name == "ARG":
            where = now if stages else before_stages
            for name, value in _arguments(instruction.text, where, before_stages):
                where.arguments[name] = value
        elif instruction.name == "ENV":
            for name, value in _assignments(instruction.text):
                now.environment[name] = now.put_into(value)
        text, document = now.put_into(instruction.text), now.put_into(instruction.here_document)
        done.append(replace(instruction, text=text, here_document=document))
    return tuple(done), now.environment


def _arguments(text: str, now: Variables, before_stages: Variables) -> Iterable[tuple[str, str]]:
    """Yield names and values of an ARG: the builder's, else its own, else the one before the first stage."""
    for word in _split(text):
        name, has_default, default = word.partition("=")
        if name in BUILD_ARGUMENTS:
            yield name, BUILD_ARGUMENTS[name]
        elif has_default:
            yield name, now.put_into(default)
        elif name in before_stages.arguments:
            yield name, before_stages.arguments[name]


def _assignments(text: str) -> Iterable[tuple[str, str]]:
    """Yield names and values of an ENV, also in its old form without the sign of equality."""
    first, _, rest = text.partition(" ")
    if "=" not in first:
        yield first, rest.strip()
        return
    for word in _split(text):
        name, _, value = word.partition("=")
        yield name, value


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise UnreadableError("Dockerfile", f"Each line must close its quotation marks. Got: {text}") from error
