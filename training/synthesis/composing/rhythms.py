"""Rhythms of accompanists and basses: patterns of sixteen marks fitted to a meter and to the chords of a bar."""

from __future__ import annotations

from collections.abc import Iterator

from training.synthesis.composing.dice import Dice
from training.synthesis.composing.meters import Meter
from training.synthesis.composing.plan import Bar, ChordSpan

COMPOUND = (
    "x...........",
    "x.....x.....",
    "x...x.x...x.",
    "x.x.x.x.x.x.",
    "x..x..x..x..",
    "xxxxxxxxxxxx",
    "x.....x...x.",
    "..x.x...x.x.",
    "x...x.......",
    "....x.....x.",
    "x.xxx.x.xxx.",
    "X...xxX...xx",
)
"""Twelve marks for 6/8."""
RINGING_GATE = 0.75
"""Players who hold their notes for this share of the time or more follow a change of chord at once."""


def fitted(rhythm: str, meter: Meter, dice: Dice) -> str:
    """Return a rhythm for one bar of a meter; for 6/8 one that is about as dense."""
    if meter.name != "6/8":
        return meter.fit(rhythm)
    wanted = 12 * _strokes_of(rhythm) / len(rhythm)
    return min(dice.shuffled(COMPOUND), key=lambda compound: abs(_strokes_of(compound) - wanted))


def strokes(rhythm: str, bar: Bar, span: ChordSpan, on_change: bool, dice: Dice) -> Iterator[tuple[int, int, str]]:
    """Yield the strokes of a rhythm while a chord holds: first step, one after the last, and mark.

    Args:
        rhythm: One mark per step of the bar.
        bar: The bar.
        span: The chord, cut at the lines of the bar.
        on_change: Add a stroke where the chord starts.
        dice: Decides about the marks "?".
    """
    first = span.start_step - bar.start_step
    last = span.end_step - bar.start_step
    places = [step for step in range(first, last) if rhythm[step] != "." and (rhythm[step] != "?" or dice.chance(0.4))]
    if on_change and first not in places:
        places.insert(0, first)
    for step, following in zip(places, [*places, last][1:], strict=True):
        yield bar.start_step + step, bar.start_step + following, rhythm[step].replace(".", "x")


def _strokes_of(rhythm: str) -> int:
    return len(rhythm) - rhythm.count(".")
