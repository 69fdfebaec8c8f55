"""Write an accompanist's part: the rhythm and gesture of a style on the chords of the plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from training.synthesis.composing.comping_styles import COMPING_STYLES, CompingStyle
from training.synthesis.composing.dice import Dice
from training.synthesis.composing.gestures import FIGURES, Hand, Stroke, play_stroke
from training.synthesis.composing.performing import StepNote
from training.synthesis.composing.plan import Bar, ChordSpan, SongPlan
from training.synthesis.composing.presence import Presence
from training.synthesis.composing.registers import PLAYABLE, moved_into
from training.synthesis.composing.rhythms import RINGING_GATE, fitted, strokes
from training.synthesis.composing.voicings import Voicing, voiced
from training.synthesis.scores import Role

ACCENTS = {"X": 1.0, "x": 0.85, "o": 0.5, "?": 0.75}
FASTEST_CHORDS_SECONDS = 0.1
"""Nobody strikes whole chords faster; power chords can be."""


@dataclass(frozen=True)
class Accompanist:
    """What a player of chords chose for a song."""

    style: CompingStyle
    rhythm: str
    voicing: Voicing
    gate: float
    centre: float
    bounds: tuple[int, int]
    hand: Hand
    has_low_root: bool
    presence: Presence
    level: float

    def write(self, plan: SongPlan, dice: Dice) -> list[StepNote]:
        """Return all notes of the song."""
        notes: list[StepNote] = []
        centre, number = self.centre, 0
        for bar in plan.bars:
            if not self.presence.plays(bar):
                number = 0
                continue
            for span in _held(plan, bar) if self.style.held_across else plan.chords_of(bar):
                pitches = voiced(span.chord, self.voicing, centre, self.bounds)
                # Back towards the middle, so that voices that lead on and on do not wander off.
                centre = 0.5 * self.centre + 0.5 * sum(pitches) / len(pitches)
                for start, stop, velocity in self._strokes(bar, span, dice):
                    stroke = Stroke(start, stop, number, pitches, span, velocity, plan.grid.meter.is_strong(start))
                    notes += play_stroke(self.style.gesture, self.hand, stroke, dice)
                    if self.has_low_root and start == span.start_step:
                        root = moved_into(span.chord.bass, self.bounds[0], self.bounds[0] + 12)
                        notes.append(StepNote(start, stop, root, velocity))
                    number += 1
        return plan.without_rests(notes)

    def _strokes(self, bar: Bar, span: ChordSpan, dice: Dice) -> Iterator[tuple[int, float, float]]:
        """Yield the start, the end and the velocity of every stroke while a chord holds."""
        if self.style.held_across:
            stop = span.start_step + (span.end_step - span.start_step) * self.gate
            yield span.start_step, stop, self.level * bar.loudness
            return
        for start, end, mark in strokes(self.rhythm, bar, span, self.gate >= RINGING_GATE, dice):
            velocity = self.level * bar.loudness * ACCENTS[mark] * dice.between(0.88, 1.0)
            yield start, start + (end - start) * self.gate, velocity


def draw_accompanist(plan: SongPlan, role: Role, style_name: str, presence: Presence, dice: Dice) -> Accompanist:
    """Draw how an instrument accompanies.

    Args:
        plan: Of the song.
        role: Of the instrument.
        style_name: A key of COMPING_STYLES.
        presence: When it plays.
        dice: Source of chance.
    """
    style = COMPING_STYLES[style_name]
    low, high = PLAYABLE[role]
    voicing = dice.pick(style.voicings)
    # Power chords lie where guitars play them; everything else around middle C, give or take an octave.
    centre = (
        dice.between(low + 8, low + 16) if voicing == "power" else dice.between(max(low + 10, 52), min(high - 8, 76))
    )
    return Accompanist(
        style=style,
        rhythm=_playable(fitted(dice.pick(style.rhythms), plan.grid.meter, dice), style, voicing, plan),
        voicing=voicing,
        gate=dice.between(*style.gate),
        centre=centre,
        bounds=(low, high),
        hand=Hand(dice.pick(FIGURES), dice.between(0.002, 0.018), dice.between(0.0, 0.5)),
        has_low_root=style.two_handed and role in ("piano", "electric_piano", "organ") and dice.chance(0.5),
        presence=presence,
        level=dice.between(0.65, 0.95),
    )


def _playable(rhythm: str, style: CompingStyle, voicing: Voicing, plan: SongPlan) -> str:
    """Return the rhythm without its odd sixteenths where whole chords would follow each other too fast."""
    whole_chords = style.gesture in ("block", "strum") and voicing != "power"
    if not whole_chords or plan.grid.step_seconds >= FASTEST_CHORDS_SECONDS:
        return rhythm
    return "".join(mark if step % 2 == 0 else "." for step, mark in enumerate(rhythm))


def _held(plan: SongPlan, bar: Bar) -> list[ChordSpan]:
    """Return the chords that start in a bar, each with its whole length inside its section."""
    section_end = bar.start_step + (bar.section.bars - bar.index) * plan.grid.meter.steps
    held = []
    for span in plan.chords_of(bar):
        whole = next(chord for chord in plan.chords if chord.start_step <= span.start_step < chord.end_step)
        if span.start_step == whole.start_step or bar.index == 0 or bar is plan.bars[0]:
            held.append(ChordSpan(span.start_step, max(span.end_step, min(whole.end_step, section_end)), span.chord))
    return held
