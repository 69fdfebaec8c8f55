"""Melodies of instruments: riffs that repeat, solos, and lines that answer or accompany the voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from training.synthesis.composing.dice import Dice
from training.synthesis.composing.melodies import Singer, draw_tune, sing_motif
from training.synthesis.composing.performing import StepNote
from training.synthesis.composing.plan import SongPlan
from training.synthesis.composing.presence import draw_presence
from training.synthesis.composing.registers import PLAYABLE, moved_into
from training.synthesis.composing.rhythms import fitted
from training.synthesis.composing.scales import pitches_between
from training.synthesis.composing.singing import sung_kinds, write_tunes
from training.synthesis.composing.vocal_rhythms import VOCAL_RHYTHMS
from training.synthesis.scores import Role

RIFF_RHYTHMS = (
    "x..x..x.x...x.x.",
    "x.x.x..x.x.x.x..",
    "x.xxx.x.x.xx..x.",
    "x...x.x..x..x...",
    "x.x...x.x.x...x.",
    "xxx.xxx.xx.x.xx.",
    "x.....x.x.......",
    "x..x..x..x..x.x.",
    "xxxxxxxxxxxxxxxx",
    "x.x.x.x.x.x.x.x.",
    "..x.x.x...x.x.x.",
    "x.......x.x.x...",
)
MAYBE_SOLOS = ("intro", "interlude", "outro")
"""Kinds of section beside solos in which an instrument may improvise."""
SOLO_RHYTHMS = ("running", "flowing", "syncopated", "triplets", "long")


@dataclass(frozen=True)
class LeadPlayer:
    """An instrument that plays melodies, and where its notes lie."""

    low: int
    high: int

    def riff(self, plan: SongPlan, dice: Dice) -> list[StepNote]:
        """Return a figure of one or two bars that repeats; it follows the chords or stays where it is."""
        meter = plan.grid.meter
        bars = dice.pick((1, 1, 2))
        rhythm = "".join(fitted(dice.pick(RIFF_RHYTHMS), meter, dice) for _ in range(bars))
        ladder = pitches_between(
            plan.key.pentatonic_classes if dice.chance(0.7) else plan.key.pitch_classes, self.low, self.high
        )
        presence = draw_presence(plan, dice)
        follows, gate, octave = dice.chance(0.4), dice.between(0.4, 1.0), dice.chance(0.12)
        places = _wander(len(rhythm), len(ladder), dice)
        notes: list[StepNote] = []
        for bar in plan.bars:
            if not presence.plays(bar):
                continue
            offset = bar.index % bars * meter.steps
            struck = [step for step in range(meter.steps) if rhythm[offset + step] not in ".?"]
            for step, end in zip(struck, [*struck, meter.steps][1:], strict=True):
                start = bar.start_step + step
                pitch = ladder[places[offset + step]]
                if follows:
                    pitch = _in_chord(plan, start, pitch, self.low, self.high)
                velocity = bar.loudness * dice.between(0.75, 0.95)
                stop = start + (end - step) * gate
                notes.append(StepNote(start, stop, pitch, velocity))
                if octave and pitch + 12 <= self.high:
                    notes.append(StepNote(start, stop, pitch + 12, velocity))
        return plan.without_rests(notes)

    def solo(self, plan: SongPlan, dice: Dice) -> list[StepNote]:
        """Return an improvised line in the sections named solo, and in some others where few sing."""
        kinds = {"solo", *(kind for kind in MAYBE_SOLOS if dice.chance(0.3))}
        singer = Singer(
            self.low, self.high, dice.chance(0.6), dice.between(0.75, 1.0), dice.between(0.2, 0.9), 0.2, 0.7
        )
        notes: list[StepNote] = []
        for section in plan.sections:
            if section.kind not in kinds:
                continue
            tune = draw_tune(plan, VOCAL_RHYTHMS[dice.pick(SOLO_RHYTHMS)], singer, dice.between(0.3, 0.9), dice)
            for bar in plan.bars:
                if bar.section is section and (motif := tune.phrase_of(bar)):
                    notes += sing_motif(plan, bar, motif, singer, dice)
        return notes

    def tune(self, plan: SongPlan, dice: Dice) -> list[StepNote]:
        """Return the melody of a song that nobody sings."""
        singer = Singer(self.low, self.high, dice.chance(0.35), dice.between(0.75, 1.0), dice.between(0.1, 0.8), 0.2)
        phrases = write_tunes(plan, plan.genre.vocals.rhythms, singer, sung_kinds(plan, dice), dice)
        return plan.without_rests([note for phrase in phrases for note in phrase])

    def along(self, plan: SongPlan, dice: Dice, melody: Sequence[StepNote]) -> list[StepNote]:
        """Return the melody of a voice in unison or octaves, in some sections."""
        presence = draw_presence(plan, dice)
        played = {bar.number for bar in plan.bars if presence.plays(bar)}
        notes = [
            note._replace(pitch=moved_into(note.pitch, self.low, self.high))
            for note in melody
            if note.start // plan.grid.meter.steps in played
        ]
        return plan.without_rests(notes)

    def counter(self, plan: SongPlan, dice: Dice) -> list[StepNote]:
        """Return a melody beside the voice, slow or in short figures, in some sections."""
        presence = draw_presence(plan, dice)
        rhythm = VOCAL_RHYTHMS[dice.weighted({"long": 4, "sighs": 3, "flowing": 2, "syncopated": 1})]
        singer = Singer(self.low, self.high, dice.chance(0.4), dice.between(0.8, 1.0), 0.5, 0.1)
        tune = draw_tune(plan, rhythm, singer, dice.between(0.2, 0.8), dice)
        notes: list[StepNote] = []
        for bar in plan.bars:
            if presence.plays(bar) and (motif := tune.phrase_of(bar)):
                notes += sing_motif(plan, bar, motif, singer, dice)
        return plan.without_rests(notes)


def draw_lead_player(role: Role, dice: Dice) -> LeadPlayer:
    """Draw the range that an instrument uses: one to two octaves of what it can play."""
    low, high = PLAYABLE[role]
    span = min(dice.whole(12, 24), high - low)
    bottom = dice.whole(low, high - span)
    # The lowest notes of guitars and keyboards are for accompanying.
    bottom = max(bottom, min(52, high - span))
    return LeadPlayer(bottom, bottom + span)


def _wander(count: int, places: int, dice: Dice) -> list[int]:
    """Return a walk through a ladder that comes back to where it began now and then."""
    home = dice.whole(0, max(0, places - 4))
    place, walk = home, []
    for _ in range(count):
        place = home if dice.chance(0.25) else place + dice.pick((-2, -1, -1, 0, 1, 1, 2))
        place = min(max(place, 0), places - 1)
        walk.append(place)
    return walk


def _in_chord(plan: SongPlan, step: int, pitch: int, low: int, high: int) -> int:
    tones = pitches_between(plan.chord_at(step).pitch_classes, pitch - 2, pitch + 2)
    return moved_into(min(tones, key=lambda tone: abs(tone - pitch), default=pitch), low, high)
