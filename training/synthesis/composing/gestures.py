"""What one stroke of an accompanist plays: the whole chord, strummed strings, one note of an arpeggio, ..."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from training.synthesis.composing.comping_styles import Gesture
from training.synthesis.composing.dice import Dice
from training.synthesis.composing.performing import StepNote
from training.synthesis.composing.plan import ChordSpan

FIGURES = (
    (0, 1, 2, 1),
    (0, 1, 2, 3),
    (2, 1, 0, 1),
    (0, 2, 1, 2),
    (0, 1, 2, 3, 2, 1),
    (3, 2, 1, 0),
    (0, 2, 1, 3),
    (0, 0, 1, 2),
    (0, 3, 1, 2, 0, 2),
    (0, 1, 0, 2, 0, 3, 0, 2),
)
"""Orders of an arpeggio: places in the chord; beyond its highest note they go on an octave above."""
PICKING = (0, 2, 1, 3, 0, 3, 2, 1)


@dataclass(frozen=True)
class Hand:
    """What stays the same from stroke to stroke."""

    figure: tuple[int, ...]
    strum_seconds: float
    """Between two strings."""
    softness: float
    """How much later notes of a stroke are softer."""


class Stroke(NamedTuple):
    """One attack of an accompanist."""

    start: int
    stop: float
    number: int
    """Counted since the part entered."""
    pitches: tuple[int, ...]
    """The chord as it lies, rising."""
    span: ChordSpan
    velocity: float
    is_strong: bool = True
    """Whether it falls on a strong beat of the bar."""


def play_stroke(gesture: Gesture, hand: Hand, stroke: Stroke, dice: Dice) -> list[StepNote]:
    """Return the notes of one stroke."""
    return _GESTURES[gesture](hand, stroke, dice)


def _block(hand: Hand, stroke: Stroke, dice: Dice) -> list[StepNote]:
    return [StepNote(stroke.start, stroke.stop, pitch, stroke.velocity) for pitch in stroke.pitches]


def _strum(hand: Hand, stroke: Stroke, dice: Dice) -> list[StepNote]:
    down = stroke.start % 4 == 0 or len(stroke.pitches) < 3
    strings = stroke.pitches if down else stroke.pitches[:0:-1]
    fall = hand.softness / len(strings)
    return [
        StepNote(stroke.start, stroke.stop, pitch, stroke.velocity * (1.0 - fall * string), string * hand.strum_seconds)
        for string, pitch in enumerate(strings)
    ]


def _arpeggio(hand: Hand, stroke: Stroke, dice: Dice) -> list[StepNote]:
    octave, place = divmod(hand.figure[stroke.number % len(hand.figure)], len(stroke.pitches))
    return [StepNote(stroke.start, stroke.stop, stroke.pitches[place] + 12 * octave, stroke.velocity)]


def _picking(hand: Hand, stroke: Stroke, dice: Dice) -> list[StepNote]:
    place = 0 if stroke.start == stroke.span.start_step else PICKING[stroke.number % len(PICKING)]
    return [StepNote(stroke.start, stroke.stop, stroke.pitches[place % len(stroke.pitches)], stroke.velocity)]


def _boom_chick(hand: Hand, stroke: Stroke, dice: Dice) -> list[StepNote]:
    """Return the root or, later in the chord, the fifth below on strong beats; the chord between them."""
    first = stroke.start == stroke.span.start_step
    if not first and not stroke.is_strong:
        return _block(hand, stroke, dice)
    chord = stroke.span.chord
    low = stroke.pitches[0] - 12 + (chord.root - stroke.pitches[0]) % 12
    return [StepNote(stroke.start, stroke.stop, low if first else low + chord.fifth - 12, stroke.velocity)]


def _montuno(hand: Hand, stroke: Stroke, dice: Dice) -> list[StepNote]:
    if stroke.number % 2:
        place = stroke.number // 2 % len(stroke.pitches)
        return [StepNote(stroke.start, stroke.stop, stroke.pitches[place], stroke.velocity)]
    top = stroke.pitches[-1]
    return [StepNote(stroke.start, stroke.stop, pitch, stroke.velocity) for pitch in (top - 12, top, top + 12)]


def _random(hand: Hand, stroke: Stroke, dice: Dice) -> list[StepNote]:
    pitch = dice.pick(stroke.pitches) + dice.pick((0, 0, 12, -12))
    return [StepNote(stroke.start, stroke.stop, pitch, stroke.velocity * dice.between(0.6, 1.0))]


_GESTURES: Mapping[Gesture, Callable[[Hand, Stroke, Dice], list[StepNote]]] = {
    "block": _block,
    "strum": _strum,
    "arpeggio": _arpeggio,
    "picking": _picking,
    "boom_chick": _boom_chick,
    "montuno": _montuno,
    "random": _random,
}
