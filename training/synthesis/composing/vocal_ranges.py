"""Ranges of human voices, and the narrower range of one line."""

from __future__ import annotations

from collections.abc import Mapping

from training.synthesis.composing.dice import Dice
from training.synthesis.scores import SingingStyle

VOICES: Mapping[str, tuple[int, int]] = {
    "bass": (40, 62),
    "baritone": (43, 66),
    "tenor": (47, 71),
    "countertenor": (53, 76),
    "alto": (52, 74),
    "mezzo": (55, 78),
    "soprano": (58, 82),
}
"""Lowest and highest MIDI pitch of each kind of voice in popular music."""
LOWEST, HIGHEST = 38, 84
"""No voice leaves this range."""
VOICE_ODDS: Mapping[str, float] = {
    "bass": 0.6,
    "baritone": 2,
    "tenor": 3,
    "countertenor": 0.7,
    "alto": 2,
    "mezzo": 3,
    "soprano": 1.3,
}


def draw_range(style: SingingStyle, dice: Dice) -> tuple[int, int]:
    """Draw the lowest and highest pitch of a line: a part of what one voice can do, narrow or wide."""
    low, high = VOICES[dice.weighted(VOICE_ODDS)]
    if style in ("rap", "monotone", "shouted"):
        # Shouts are screams, high in a voice, as well as growls at its bottom.
        span = dice.whole(2, 5) if style == "rap" else dice.whole(3, 7)
        place = dice.between(0.0, 0.95) if style == "shouted" else dice.between(0.1, 0.5)
    else:
        span = dice.weighted({dice.whole(5, 8): 1, dice.whole(9, 13): 3, dice.whole(14, 19): 1.5})
        place = {"belted": dice.between(0.5, 1.0), "falsetto": 1.0, "breathy": dice.between(0.0, 0.6)}.get(
            style, dice.between(0.0, 1.0)
        )
    if style == "falsetto":
        high = min(high + 4, HIGHEST)
    span = min(span, high - low)
    bottom = low + round(place * (high - low - span))
    return bottom, bottom + span
