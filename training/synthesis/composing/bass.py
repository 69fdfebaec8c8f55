"""Write the bass line: a style's rhythm and motion on the chords of the plan."""

from __future__ import annotations

from dataclasses import dataclass

from training.synthesis.composing.bass_motions import HIGHEST, BassMoment, bass_pitch
from training.synthesis.composing.bass_styles import BASS_STYLES, BassMotion, BassStyle
from training.synthesis.composing.dice import Dice
from training.synthesis.composing.performing import StepNote
from training.synthesis.composing.plan import Bar, ChordSpan, SongPlan
from training.synthesis.composing.presence import Presence, always, draw_presence
from training.synthesis.composing.rhythms import RINGING_GATE, fitted, strokes
from training.synthesis.composing.scales import pitches_between

RIFF_STEPS = (0, 0, 0, 2, -1, 3, 4, -2, 1)
LONGEST_OVERLAP_STEPS = 1.0
FASTEST_RUN_SECONDS = 0.09
"""Nobody plays a run faster."""
ALWAYS_THERE = 0.7
"""Share of basses that play in every section."""


@dataclass(frozen=True)
class BassPlayer:
    """What the bass player chose for a song."""

    style: BassStyle
    rhythm: str
    loud_rhythm: str
    """Of full sections."""
    motion: BassMotion
    gate: float
    low: int
    """Roots lie in the octave from this pitch up."""
    riff: tuple[int, ...]
    presence: Presence
    busy: float
    """How likely a note leaves its pattern for another chord tone."""
    runs: float
    """How likely a section ends with a run of the scale."""

    def write(self, plan: SongPlan, dice: Dice) -> list[StepNote]:
        """Return all notes of the song."""
        notes: list[StepNote] = []
        for bar in plan.bars:
            if self.presence.plays(bar):
                played = [note for span in plan.chords_of(bar) for note in self._chord(plan, bar, span, dice)]
                notes += self._with_run(plan, bar, played, dice) if bar.is_last and dice.chance(self.runs) else played
        return plan.without_rests(notes)

    def _with_run(self, plan: SongPlan, bar: Bar, notes: list[StepNote], dice: Dice) -> list[StepNote]:
        """Return the notes of a bar whose end is a run of the scale that leads to the next section, maybe high up."""
        end = bar.start_step + plan.grid.meter.steps
        stride = 2 if plan.grid.step_seconds < FASTEST_RUN_SECONDS else dice.pick((1, 2))
        start = end - stride * dice.pick((3, 4, 4, 6))
        ladder = pitches_between(plan.key.pitch_classes, self.low, min(self.low + dice.pick((12, 19, 24)), HIGHEST))
        steps = range(start, end, stride)
        first = dice.whole(0, len(ladder) - len(steps))
        pitches = ladder[first : first + len(steps)][:: dice.pick((-1, 1))]
        run = [
            StepNote(step, step + 0.9 * stride, pitch, 0.9 * bar.loudness * dice.between(0.85, 1.0))
            for step, pitch in zip(steps, pitches, strict=True)
        ]
        return [note._replace(end=min(note.end, start)) for note in notes if note.start < start] + run

    def _chord(self, plan: SongPlan, bar: Bar, span: ChordSpan, dice: Dice) -> list[StepNote]:
        """Return the notes while a chord holds."""
        rhythm = self.loud_rhythm if bar.section.intensity > 0.75 else self.rhythm
        found = list(strokes(rhythm, bar, span, self.gate >= RINGING_GATE, dice))
        notes = []
        for number, (start, end, mark) in enumerate(found):
            motion: BassMotion = "arpeggio" if number and dice.chance(self.busy) else self.motion
            moment = BassMoment(plan, span, start, number, len(found), self.low, self.riff)
            if dice.chance(self.style.slides):
                stop = end + min(LONGEST_OVERLAP_STEPS, 0.4 * (end - start))
            else:
                stop = start + (end - start) * self.gate
            level = 0.95 if mark == "X" or number == 0 else 0.82
            velocity = level * bar.loudness * dice.between(0.88, 1.0)
            notes.append(StepNote(start, stop, bass_pitch(motion, moment, dice), velocity))
        return notes


def draw_bass_player(plan: SongPlan, kick: str, dice: Dice) -> BassPlayer:
    """Draw how the bass is played.

    Args:
        plan: Of the song.
        kick: One bar of the bass drum's pattern, for styles that follow it.
        dice: Source of chance.
    """
    style = BASS_STYLES[dice.weighted(plan.genre.bass.styles)]
    first, second = (_rhythm(plan, dice.pick(style.rhythms), kick, dice) for _ in range(2))
    return BassPlayer(
        style=style,
        rhythm=first,
        loud_rhythm=second if dice.chance(0.4) else first,
        motion=dice.pick(style.motions),
        gate=dice.between(*style.gate),
        low=dice.whole(24, 28) if style.low else dice.weighted({26: 1, 28: 4, 31: 2, 33: 1, 36: 0.8, 40: 0.5}),
        riff=tuple(dice.pick(RIFF_STEPS) for _ in range(dice.pick((8, 16)))),
        presence=always(plan) if dice.chance(ALWAYS_THERE) else draw_presence(plan, dice),
        busy=dice.pick((0.0, 0.0, 0.03, 0.1)),
        runs=0.0 if style.low else dice.pick((0.0, 0.0, 0.2, 0.6)),
    )


def _rhythm(plan: SongPlan, rhythm: str, kick: str, dice: Dice) -> str:
    if rhythm != "kick":
        return fitted(rhythm, plan.grid.meter, dice)
    # Where the bass drum rests, the bass holds its notes.
    return kick if kick.strip(".") else plan.grid.meter.fit("x...............")
