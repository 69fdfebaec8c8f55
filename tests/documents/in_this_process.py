"""Takes the place of `multiprocessing` where a fresh process would only import torch once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Mailbox:
    """Both ends of a pipe."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    def send(self, letter: Any) -> None:
        self.letters.append(letter)

    def recv(self) -> Any:
        return self.letters.pop()

    def poll(self, timeout: float | None = None) -> bool:
        return bool(self.letters)

    def close(self) -> None:
        """A list needs no closing."""


class Errand:
    """A process that is over as soon as it was started."""

    exitcode = 0

    def __init__(self, target: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self._run = lambda: target(*args)

    def start(self) -> None:
        self._run()

    def join(self) -> None:
        """It is over."""

    kill = join


class InThisProcess:
    """What `separation.fresh_process` needs of the module."""

    Process = Errand

    def get_context(self, method: str) -> InThisProcess:
        return self

    def Pipe(self, duplex: bool) -> tuple[Mailbox, Mailbox]:
        box = Mailbox()
        return box, box
