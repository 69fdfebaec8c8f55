"""The leaderboards of both challenges, and the flags of aicrowd.json that lead to each.

MDX21: A is for MUSDB18-HQ's training songs alone, B for any data. SDX23: A is for the data set with label noise alone,
B for the one with bleeding alone, C for every submission (the starter kits of both).
"""

from __future__ import annotations

from collections.abc import Mapping

from doctor.declaration_file import BLEEDING, EXTERNAL, LABEL_NOISE, Declaration
from doctor.findings import Challenge

LEADERBOARDS: Mapping[Challenge, Mapping[str, Mapping[str, bool]]] = {
    Challenge.MDX21: {"A": {EXTERNAL: False}, "B": {EXTERNAL: True}},
    Challenge.SDX23: {
        "A": {LABEL_NOISE: True, BLEEDING: False, EXTERNAL: False},
        "B": {LABEL_NOISE: False, BLEEDING: True, EXTERNAL: False},
        "C": {LABEL_NOISE: False, BLEEDING: False, EXTERNAL: True},
    },
}
"""Challenge -> leaderboard -> its flags; the last leaderboard takes every submission."""


def leaderboard_of(declaration: Declaration, challenge: Challenge) -> str:
    """Return the narrowest leaderboard of a challenge that a declaration's flags allow."""
    boards = LEADERBOARDS[challenge]
    fitting = [name for name, flags in boards.items() if all(declaration.says(flag) is flags[flag] for flag in flags)]
    return fitting[0] if fitting else list(boards)[-1]
