"""Where the band stops: for a moment before a full section, for bars of drums alone or of voices alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from training.synthesis.composing.dice import Dice
from training.synthesis.composing.genre import Genre
from training.synthesis.composing.meters import Meter
from training.synthesis.composing.plan import Bar, Rest, SongPlan
from training.synthesis.composing.section_kinds import SECTION_KINDS

FULL = 0.6
"""A section whose least intensity is above this is one that the band may stop for."""
DRUM_BREAKS: Mapping[str, float] = {"break": 0.35, "interlude": 0.08, "breakdown": 0.05, "intro": 0.06}
"""Kinds of section in which the drums may play alone, with shares."""
VOICES_ALONE: Mapping[str, float] = {"breakdown": 0.1, "bridge": 0.06, "chorus": 0.03, "verse": 0.02}
"""Kinds of section in which all instruments may rest, with shares."""
LONGEST_BARS = 4


def draw_rests(genre: Genre, bars: Sequence[Bar], meter: Meter, dice: Dice) -> tuple[Rest, ...]:
    """Draw the rests of a song.

    Args:
        genre: Says how often the band stops.
        bars: Of the song.
        meter: Of the song.
        dice: Source of chance.
    """
    rests = []
    for bar in bars:
        kind, start, end = bar.section.kind, bar.start_step, bar.start_step + meter.steps
        if bar.index == 0:
            longest = start + meter.steps * min(LONGEST_BARS, bar.section.bars)
            if dice.chance(DRUM_BREAKS.get(kind, 0.0)):
                rests.append(Rest(start, longest, of_drums=False))
            elif dice.chance(VOICES_ALONE.get(kind, 0.0)):
                rests.append(Rest(start, longest, of_drums=True))
        if bar.is_last and SECTION_KINDS[bar.section.leads_to].intensity[0] > FULL and dice.chance(genre.stops):
            rests.append(Rest(end - dice.pick((2, 4, 4, 8, meter.steps)), end, of_drums=True))
    return tuple(rests)


def filled_rests(plan: SongPlan, of_drums: bool, starts_seconds: Sequence[float]) -> SongPlan:
    """Return the plan without long rests in which those who should go on alone are silent as well.

    Args:
        plan: Of the song.
        of_drums: Which rests: True for those that leave the voices alone, False for those that leave the drums.
        starts_seconds: Of the notes or hits of those who go on.
    """
    steps = plan.grid.meter.steps

    def is_filled(rest: Rest) -> bool:
        start, end = plan.grid.seconds(rest.start_step), plan.grid.seconds(rest.end_step)
        bars = (rest.end_step - rest.start_step) / steps
        return bars <= 1.0 or sum(start <= time < end for time in starts_seconds) >= bars

    return replace(plan, rests=tuple(rest for rest in plan.rests if rest.of_drums != of_drums or is_filled(rest)))
