"""Which pitch a bass note has: the root, an octave, a step of a walk, ..."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from training.synthesis.composing.bass_styles import BassMotion
from training.synthesis.composing.dice import Dice
from training.synthesis.composing.plan import ChordSpan, SongPlan
from training.synthesis.composing.registers import PLAYABLE, moved_into
from training.synthesis.composing.scales import pitches_between

LOWEST, HIGHEST = PLAYABLE["bass"]
CHROMATIC = 0.2
"""How likely a leading note is a semitone from its target whatever the key."""


@dataclass(frozen=True)
class BassMoment:
    """Where in the song a note stands, and what the player chose."""

    plan: SongPlan
    span: ChordSpan
    start: int
    """Step of the note."""
    number: int
    """Of the note while the chord holds, from 0."""
    count: int
    """Notes while the chord holds."""
    low: int
    """Roots lie in the octave from this pitch up."""
    riff: tuple[int, ...]
    """Distances from the root in notes of the pentatonic scale."""

    @property
    def root(self) -> int:
        """The chord's root."""
        return self.placed(self.span.chord.root)

    def placed(self, pitch_class: int) -> int:
        """Return a pitch class in the octave of the roots."""
        return moved_into(pitch_class, self.low, self.low + 11)


def bass_pitch(motion: BassMotion, moment: BassMoment, dice: Dice) -> int:
    """Return the pitch of a note, inside the range of a bass; the first under a chord is what the chord asks for."""
    if moment.number == 0 and motion not in ("riff", "pedal"):
        return moment.placed(moment.span.chord.bass)
    return moved_into(_MOTIONS[motion](moment, dice), LOWEST, HIGHEST)


def _root(moment: BassMoment, dice: Dice) -> int:
    return moment.root


def _octaves(moment: BassMoment, dice: Dice) -> int:
    return moment.root + (12 if moment.start % 4 else 0)


def _fifths(moment: BassMoment, dice: Dice) -> int:
    return moment.root + (0, 0, moment.span.chord.fifth)[moment.number % 3]


def _alternate(moment: BassMoment, dice: Dice) -> int:
    """Return root and fifth in turn; the fifth lies below the root where the bass goes that low."""
    if moment.number % 2 == 0:
        return moment.root
    above = moment.root + moment.span.chord.fifth
    return above - 12 if above - 12 >= LOWEST else above


def _arpeggio(moment: BassMoment, dice: Dice) -> int:
    intervals = moment.span.chord.intervals[:4]
    return moment.root + intervals[moment.number % len(intervals)] % 12


def _pedal(moment: BassMoment, dice: Dice) -> int:
    return moment.placed(moment.plan.key.tonic)


def _riff(moment: BassMoment, dice: Dice) -> int:
    steps = moment.riff[moment.start % moment.plan.grid.meter.steps % len(moment.riff)]
    scale = pitches_between(moment.plan.key.pentatonic_classes, moment.root - 12, moment.root + 12)
    nearest = min(range(len(scale)), key=lambda index: abs(scale[index] - moment.root))
    return moment.root if steps == 0 else scale[min(max(nearest + steps, 0), len(scale) - 1)]


def _approach(moment: BassMoment, dice: Dice) -> int:
    return _leading(moment, dice) if moment.number == moment.count - 1 else moment.root


def _walk(moment: BassMoment, dice: Dice) -> int:
    if moment.number == moment.count - 1:
        return _leading(moment, dice)
    above = pitches_between(moment.plan.key.pitch_classes, moment.root + 1, moment.root + 12)
    return above[min(2 * moment.number - dice.whole(0, 1), len(above) - 1)]


def _leading(moment: BassMoment, dice: Dice) -> int:
    """Return a note next to the root of the following chord."""
    target = moment.placed(moment.plan.chord_at(moment.span.end_step).root)
    if dice.chance(CHROMATIC):
        return target + dice.pick((-1, 1))
    neighbours = pitches_between(moment.plan.key.pitch_classes, target - 3, target + 3)
    return dice.pick([pitch for pitch in neighbours if pitch != target])


_MOTIONS: Mapping[BassMotion, Callable[[BassMoment, Dice], int]] = {
    "root": _root,
    "octaves": _octaves,
    "fifths": _fifths,
    "alternate": _alternate,
    "arpeggio": _arpeggio,
    "pedal": _pedal,
    "riff": _riff,
    "approach": _approach,
    "walk": _walk,
}
