"""When a part plays: parts enter with the intensity of a section, and some only fill the quiet ones."""

from __future__ import annotations

from dataclasses import dataclass

from training.synthesis.composing.dice import Dice
from training.synthesis.composing.plan import Bar, SongPlan

CUT_SHORT = 0.12
"""Share of parts that enter late or leave early whatever the sections do."""


@dataclass(frozen=True)
class Presence:
    """Plays in the kinds of section that are named, from one bar to another."""

    kinds: frozenset[str]
    first_bar: int = 0
    last_bar: int = 1_000_000

    def plays(self, bar: Bar) -> bool:
        """Return whether the part plays in a bar."""
        return bar.section.kind in self.kinds and self.first_bar <= bar.number <= self.last_bar


def always(plan: SongPlan) -> Presence:
    """Return the presence of a part that never rests."""
    return Presence(frozenset(section.kind for section in plan.sections))


def draw_presence(plan: SongPlan, dice: Dice) -> Presence:
    """Draw a presence that leaves at least one bar to the part."""
    kind = dice.weighted({"always": 4, "loud": 3, "quiet": 0.7, "some": 1.5})
    threshold = dice.between(0.25, 0.8)
    levels = {section.kind: section.intensity for section in plan.sections}
    if kind == "loud":
        kinds = {name for name, level in levels.items() if level >= threshold}
    elif kind == "quiet":
        kinds = {name for name, level in levels.items() if level <= threshold}
    elif kind == "some":
        kinds = {name for name in levels if dice.chance(0.6)}
    else:
        kinds = set(levels)
    kinds = kinds or {dice.pick(tuple(levels))}
    if not dice.chance(CUT_SHORT):
        return Presence(frozenset(kinds))
    turn = dice.pick([bar.number for bar in plan.bars if bar.section.kind in kinds])
    return Presence(frozenset(kinds), turn) if dice.chance(0.5) else Presence(frozenset(kinds), last_bar=turn)
