"""Drum fills at the ends of phrases, and rolls that build up to a drop."""

from __future__ import annotations

from typing import Literal

from training.synthesis.composing.dice import Dice
from training.synthesis.composing.performing import StepHit
from training.synthesis.scores import Drum

FillKind = Literal["toms", "snare", "mixed", "sparse", "triplets", "stop"]
FILL_KINDS: tuple[FillKind, ...] = ("toms", "snare", "mixed", "sparse", "triplets", "stop")
TOMS: tuple[Drum, ...] = ("high_tom", "high_tom", "mid_tom", "mid_tom", "low_tom", "low_tom")


def fill(kind: FillKind, start: int, end: int, level: float, dice: Dice) -> list[StepHit]:
    """Return a fill.

    Args:
        kind: One of FILL_KINDS.
        start: First step of the fill.
        end: One after its last.
        level: Velocity of its loud strokes.
        dice: Source of chance.
    """
    stride = {"triplets": 4.0 / 3.0, "sparse": 2.0}.get(kind, 1.0)
    hits = []
    for index in range(int((end - start) / stride + 1e-6)):
        if kind != "stop" and dice.chance(0.55 if kind == "sparse" else 0.88):
            progress = index * stride / (end - start)
            velocity = level * (0.7 + 0.3 * progress) * dice.between(0.8, 1.0)
            hits.append(StepHit(start + index * stride, _drum(kind, progress, dice), velocity))
    if kind == "stop":
        hits.append(StepHit(start, "kick", level))
    return hits


def build_up(start: int, end: int, progress: float, level: float) -> list[StepHit]:
    """Return one bar of a snare roll that gets denser and louder.

    Args:
        start: First step of the bar.
        end: One after its last.
        progress: How much of the build-up lies behind, 0 to 1.
        level: Velocity at its end.
    """
    stride = 4 if progress < 0.25 else 2 if progress < 0.6 else 1
    span = float(end - start)
    return [
        StepHit(step, "snare", level * (0.4 + 0.5 * progress + 0.1 * (step - start) / span))
        for step in range(start, end, stride)
    ]


def _drum(kind: FillKind, progress: float, dice: Dice) -> Drum:
    tom = TOMS[min(int(progress * len(TOMS)), len(TOMS) - 1)]
    if kind == "snare":
        return "snare"
    if kind == "mixed":
        return dice.pick((tom, tom, "snare", "snare", "kick"))
    return dice.pick((tom, tom, tom, "snare")) if kind == "sparse" else tom
