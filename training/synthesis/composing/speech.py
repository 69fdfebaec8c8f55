"""Speech over the music: an announcement, a monologue, somebody in a film; its syllables know nothing of the beat.

Its lines are in the style "rap", which is what singers do with the rhythm and the melody of speech.
"""

from __future__ import annotations

from training.synthesis.composing.dice import Dice
from training.synthesis.composing.performing import StepNote
from training.synthesis.composing.plan import PlannedSection, SongPlan
from training.synthesis.composing.scales import pitches_between
from training.synthesis.composing.singing import Phrase

PITCHES = (43, 62)
"""Lowest and highest pitch about which people speak."""
SYLLABLE_SECONDS = (0.11, 0.3)
PAUSE_SECONDS = (0.25, 2.0)
MOST_SYLLABLES = 14
"""In one breath."""


def speech(plan: SongPlan, dice: Dice) -> list[Phrase]:
    """Return what a speaker says in some kinds of section, breath by breath."""
    low = dice.whole(PITCHES[0], PITCHES[1] - 4)
    # The melody of speech comes with the words; the notes only say about which pitch it moves.
    pitches = pitches_between(plan.key.pitch_classes, low, low + 4)
    kinds = {section.kind for section in plan.sections if dice.chance(0.5)} or {plan.sections[-1].kind}
    said: list[Phrase] = []
    for section in plan.sections:
        if section.kind in kinds:
            said += _section(plan, section, pitches, dice)
    return said


def _section(plan: SongPlan, section: PlannedSection, pitches: tuple[int, ...], dice: Dice) -> list[Phrase]:
    steps, second = plan.grid.meter.steps, 1.0 / plan.grid.step_seconds
    position = section.first_bar * steps + dice.between(0.0, 1.0) * second
    end = (section.first_bar + section.bars) * steps
    said: list[Phrase] = []
    while position < end - second:
        breath: Phrase = []
        for _ in range(dice.whole(2, MOST_SYLLABLES)):
            after = position + dice.between(*SYLLABLE_SECONDS) * second
            if after > end:
                break
            breath.append(StepNote(position, after, dice.pick(pitches), dice.between(0.6, 0.9)))
            position = after
        said.append(breath)
        position += dice.between(*PAUSE_SECONDS) * second
    return said
