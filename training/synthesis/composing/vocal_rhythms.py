"""Rhythms of sung phrases: note lengths in steps with odds, and how phrases start and end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from training.synthesis.composing.dice import Dice

SHORTEST_SECONDS = 0.1
"""Nobody sings or raps notes that are shorter than this one after another."""


@dataclass(frozen=True)
class VocalRhythm:
    """How a line moves."""

    lengths: Mapping[float, float]
    """Lengths of notes in steps (sixteenths), with odds."""
    rests: float = 0.06
    """How likely a short rest follows a note."""
    repeats: float = 0.2
    """How likely a note stays on the pitch before it."""
    offsets: tuple[int, ...] = (0, 0, 2, 4, -2, 1, 3)
    """Where a phrase may start, in steps from the line of its first bar."""
    room: tuple[int, int] = (2, 10)
    """Fewest and most steps without singing at the end of a phrase."""


VOCAL_RHYTHMS: Mapping[str, VocalRhythm] = {
    "flowing": VocalRhythm({2: 5, 4: 2.5, 1: 0.5, 3: 1, 6: 0.7, 8: 0.3}),
    "syncopated": VocalRhythm({3: 4, 2: 3, 1: 1, 4: 1, 5: 0.5, 6: 0.5}, 0.1),
    "long": VocalRhythm({8: 3, 4: 3, 6: 1.5, 12: 1.5, 16: 0.7, 2: 0.5}, 0.03, 0.12, (0, 0, 4, -4, 2), (2, 8)),
    "chant": VocalRhythm({2: 3, 4: 3, 8: 0.5}, 0.04, 0.65, (0, 0, 4, -2)),
    "talking": VocalRhythm({1: 2, 2: 5, 3: 1, 4: 0.7}, 0.08, 0.5),
    "running": VocalRhythm({1: 4, 2: 4, 3: 0.5, 4: 0.6}, 0.04, 0.15),
    "rap": VocalRhythm({1: 6, 2: 2.5, 3: 0.4, 4: 0.2}, 0.1, 0.45, (0, 0, 2, 1, -2), (0, 5)),
    "triplet rap": VocalRhythm({4 / 3: 7, 8 / 3: 1.5, 4: 0.3}, 0.06, 0.5, (0, 0, 4, -4), (0, 6)),
    "slow rap": VocalRhythm({2: 4, 1: 2, 3: 1.5, 4: 0.6}, 0.12, 0.4, (0, 2, 4, 1, 3), (2, 8)),
    "shouts": VocalRhythm({4: 3, 2: 3, 8: 1.5, 6: 0.6}, 0.15, 0.55, (0, 0, 4, 8), (2, 12)),
    "sighs": VocalRhythm({8: 2, 12: 1, 16: 1, 6: 1, 4: 1}, 0.25, 0.2, (0, 4, 8, 2), (6, 16)),
    "triplets": VocalRhythm({8 / 3: 4, 16 / 3: 2, 4: 1.5, 8: 0.8}, 0.05, 0.25, (0, 0, 4, -4)),
    "sixths": VocalRhythm({2: 3, 4: 3, 6: 2.5, 12: 0.4}, 0.05, 0.2, (0, 0, -2, 4, 2)),
}
"""Those named for rap are for speech-like lines; "sixths" is for 6/8."""


def draw_notes(rhythm: VocalRhythm, span: int, step_seconds: float, dice: Dice) -> tuple[tuple[float, float], ...]:
    """Draw the starts and ends of one phrase's notes.

    Args:
        rhythm: How the line moves.
        span: Steps from the line of the phrase's first bar to its end.
        step_seconds: Length of a step; where steps are too short to sing, all lengths double.
        dice: Source of chance.

    Returns:
        Pairs of steps, counted from the line of the phrase's first bar, at least one.
    """
    stretch = 2.0 if min(rhythm.lengths) * step_seconds < SHORTEST_SECONDS else 1.0
    end = max(span - dice.whole(*rhythm.room), 4.0)
    position = min(float(dice.pick(rhythm.offsets)), end - 2.0)
    notes: list[tuple[float, float]] = []
    while position < end and len(notes) < 64:
        length = stretch * dice.weighted(rhythm.lengths)
        notes.append((position, position + length))
        position += length
        if dice.chance(rhythm.rests):
            position += 2.0
    if len(notes) > 1 and notes[-1][1] > span:
        notes.pop()
    if dice.chance(0.5):
        # The last note of a phrase is often held.
        start, stop = notes[-1]
        notes[-1] = (start, max(stop, min(start + dice.pick((4.0, 6.0, 8.0)), span - 1.0)))
    return tuple(notes)
