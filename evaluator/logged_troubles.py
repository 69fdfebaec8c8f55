"""What a log says of songs that are not as planned: their files are valid, so nothing else tells.

Our predictors log one line for each such song. It names the mixture, or (SDX23, where a model gets arrays) none; the
song is then the one whose mixture was named last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from audio import MIXTURE
from separation.deadline.guard import FALLBACK_NAME

LOGGED_TROUBLES = {
    "FALLBACK": "the model failed ({word} in {log}): {part} of the song is not as planned",
    "GUARD": "the time did not suffice for the plan ({word} in {log}): {part} of the song is not as planned",
}
"""Words that our predictors log of a song, and what they mean."""
_SHARES = re.compile(r" is [\d.]+% by '")
_ALL_OF_IT = f" is {1:.1%} by '{FALLBACK_NAME}'"


@dataclass(frozen=True)
class Trouble:
    """One thing that a log says of one song."""

    word: str
    log: str
    """Name of the file."""
    is_all: bool
    """Whether nothing of the song comes from a model."""

    def text(self) -> str:
        """Say what it means."""
        return LOGGED_TROUBLES[self.word].format(
            word=self.word, log=self.log, part="all" if self.is_all else "some or all"
        )


def logged_troubles(logs: Path, song: str) -> list[Trouble]:
    """Return what logs say of a song, each word once.

    Args:
        logs: The folder with the output of the child processes.
        song: Name of the song.
    """
    found: dict[str, Trouble] = {}
    for log in sorted(logs.glob("*.log")) if logs.is_dir() else []:
        for line in _lines_about(log, song):
            for word in LOGGED_TROUBLES:
                if f"{word}: " in line:
                    found.setdefault(word, Trouble(word, log.name, _ALL_OF_IT in line))
    return list(found.values())


def _lines_about(log: Path, song: str) -> Iterator[str]:
    """Yield the lines that name a song's mixture, or name none and tell shares while that song is under way."""
    is_under_way = False
    with log.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            path = line.replace("\\", "/")
            names_one = f"/{MIXTURE}." in path
            if names_one:
                is_under_way = f"/{song}/{MIXTURE}." in path
            if is_under_way and (names_one or _SHARES.search(line)):
                yield line
