"""How long the challenge lets a set-up and a song run.

The kit of 2021 states 900 s for the set-up and 240 s a song; in round 2, and in the challenge of 2023, a song had
1.57 times its own duration (discourse.aicrowd.com/t/announcing-round-2/6000).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from audio import KitError

SETUP_SECONDS = 900.0
KIT_SONG_SECONDS = 240.0
ROUND2_FACTOR = 1.57
LONGEST_SECONDS = 86_400.0


class LimitError(KitError):
    """A time limit that is none."""


@dataclass(frozen=True)
class TimeLimit:
    """A rule that gives every song its limit."""

    name: str
    """As the user wrote it: kit, round2, or a number of seconds."""
    song_seconds: float | None
    """The same limit for every song, or None for one that follows the duration."""
    setup_seconds: float = SETUP_SECONDS
    """Limit of the set-up, imports included."""

    def seconds_for(self, duration_seconds: float) -> float:
        """Give the limit of a song of this duration."""
        return duration_seconds * ROUND2_FACTOR if self.song_seconds is None else self.song_seconds


def parse_limit(text: str) -> TimeLimit:
    """Read a limit as the command line takes it.

    Raises:
        LimitError: Neither a rule's name nor a positive number of seconds.
    """
    if text == "kit":
        return TimeLimit(text, KIT_SONG_SECONDS)
    if text == "round2":
        return TimeLimit(text, None)
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= LONGEST_SECONDS:
        raise LimitError(
            f"The time limit must be 'kit', 'round2' or a positive number of seconds, at most {LONGEST_SECONDS:g}. "
            f"Got '{text}'."
        )
    return TimeLimit(text, seconds)
