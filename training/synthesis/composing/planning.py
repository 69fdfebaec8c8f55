"""Draw the plan of a song: key, tempo, meter, form, chords, rests, and the stretch of the form that sounds."""

from __future__ import annotations

from training.synthesis.composing.dice import Dice
from training.synthesis.composing.forms import draw_form
from training.synthesis.composing.genre import Genre
from training.synthesis.composing.harmony import Harmonist
from training.synthesis.composing.meters import METERS, Grid, Meter
from training.synthesis.composing.plan import Bar, PlannedSection, SongPlan
from training.synthesis.composing.progressions import FAMILIES
from training.synthesis.composing.rests import draw_rests
from training.synthesis.composing.scales import Key

START_OF_FORM = 0.25
"""Share of songs that start with the form; the others start somewhere in it."""
MID_BAR = 0.3
"""Share of songs that start inside a bar, as a cut from a recording does."""
SILENT_START = 0.1
"""Share of songs with up to a beat before the first bar, silent where the form starts."""
COMPOUND_FASTER = 1.25
"""Beats of 6/8 are one and a half quarters: in the quarters of other songs, ballads would crawl."""
BARS_BEFORE = 3
"""One less than the longest phrase."""


def plan_song(genre: Genre, duration_seconds: float, dice: Dice) -> SongPlan:
    """Draw what all players agree on.

    Args:
        genre: Its ranges and odds.
        duration_seconds: Length of the song.
        dice: Source of chance.
    """
    meter = METERS[dice.weighted(genre.meters)]
    tempo_bpm = dice.between(*genre.tempo_bpm) * (COMPOUND_FASTER if meter.name == "6/8" else 1.0)
    bar_seconds = meter.steps * 15.0 / tempo_bpm
    form = draw_form(genre, int(duration_seconds / bar_seconds) + 2, dice)
    spare = form[-1].first_bar + form[-1].bars - int(duration_seconds / bar_seconds) - 2
    first_bar = 0 if dice.chance(START_OF_FORM) else dice.whole(0, max(0, spare))
    grid = _grid(genre, meter, tempo_bpm, first_bar, dice)
    numbers = [number for number in grid.bars_within(duration_seconds) if number >= 0]
    bars = tuple(_bar(form, number, meter) for number in numbers)
    before = tuple(_bar(form, number, meter) for number in range(max(0, numbers[0] - BARS_BEFORE), numbers[0]))
    sections = tuple(dict.fromkeys(bar.section for bar in bars))
    family = FAMILIES[dice.weighted(genre.harmony)]
    key = Key(dice.whole(0, 11), family.mode)
    chords = Harmonist(genre, key, family, dice.chance(genre.sevenths)).write(bars, meter, dice)
    rests = draw_rests(genre, bars, meter, dice)
    return SongPlan(genre, key, grid, duration_seconds, sections, bars, before, chords, rests)


def _grid(genre: Genre, meter: Meter, tempo_bpm: float, first_bar: int, dice: Dice) -> Grid:
    origin = float(first_bar * meter.steps)
    start = dice.between(0.0, 1.0)
    if start < MID_BAR:
        origin += dice.between(0.0, meter.steps)
    elif start < MID_BAR + SILENT_START:
        origin -= dice.between(0.0, 4.0)
    swing = "straight" if meter.name == "6/8" else dice.weighted(genre.swing)
    ratio = 0.5 if swing == "straight" else dice.between(0.53, 0.68 if swing == "eighths" else 0.62)
    return Grid(tempo_bpm, meter, origin, ratio, 2 if swing == "eighths" else 1)


def _bar(form: list[PlannedSection], number: int, meter: Meter) -> Bar:
    section = next((section for section in form if number < section.first_bar + section.bars), form[-1])
    return Bar(number, number * meter.steps, section)
