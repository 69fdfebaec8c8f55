"""Sounds that mark the form: risers before full sections, impacts where they start, falls after their end, drones."""

from __future__ import annotations

from training.synthesis.composing.dice import Dice
from training.synthesis.composing.performing import StepNote
from training.synthesis.composing.plan import SongPlan
from training.synthesis.composing.rests import FULL
from training.synthesis.composing.section_kinds import SECTION_KINDS


def write_effects(plan: SongPlan, dice: Dice) -> list[StepNote]:
    """Return notes for an effect instrument; their length matters, their pitch little."""
    steps = plan.grid.meter.steps
    riser, impact, fall = (dice.chance(share) for share in (0.8, 0.5, 0.3))
    rise_bars = dice.pick((0.5, 1.0, 2.0, 4.0))
    notes: list[StepNote] = []
    for section in plan.sections:
        start, end = section.first_bar * steps, (section.first_bar + section.bars) * steps
        if riser and SECTION_KINDS[section.leads_to].intensity[0] > FULL:
            length = min(rise_bars * steps, end - start)
            notes.append(StepNote(end - length, end, 60 + plan.key.tonic, dice.between(0.5, 0.9)))
        if impact and section.intensity > FULL:
            notes.append(StepNote(start, start + steps, 36 + plan.key.tonic, dice.between(0.6, 1.0)))
        if fall and section.intensity > FULL:
            notes.append(StepNote(end, end + steps, 72 + plan.key.tonic, dice.between(0.4, 0.8)))
    if not notes:
        notes.append(StepNote(plan.bars[0].start_step, plan.bars[-1].start_step + steps, 48 + plan.key.tonic, 0.5))
    return notes
