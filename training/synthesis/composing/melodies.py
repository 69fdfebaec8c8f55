"""Melodies: motifs that return, adapted to the chords; for voices and for instruments that lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from training.synthesis.composing.dice import Dice
from training.synthesis.composing.performing import StepNote
from training.synthesis.composing.plan import Bar, SongPlan
from training.synthesis.composing.scales import pitches_between
from training.synthesis.composing.vocal_rhythms import VocalRhythm, draw_notes

SCHEMES = ("AABA", "AABB", "ABAB", "ABAC", "AAAB", "AAAA", "ABCB", "AABC", "ABCD")
"""Orders of motifs."""
PENTATONIC_MOVES: Mapping[int, float] = {1: 4, -1: 4, 2: 1, -2: 1.2, 3: 0.3, -3: 0.3}
SCALE_MOVES: Mapping[int, float] = {1: 5, -1: 5, 2: 1.5, -2: 1.7, 3: 0.5, -3: 0.5, 4: 0.4, -4: 0.3, 7: 0.1}


@dataclass(frozen=True)
class Singer:
    """Whose melody it is: its range and habits."""

    low: int
    high: int
    pentatonic: bool
    gate: float
    """Share of a note's length that sounds."""
    legato: float
    """How likely a note touches the next."""
    melisma: float
    """How likely a long note moves through several pitches."""
    chord_tones: float = 0.9
    """How likely a note on a strong beat belongs to the chord."""


@dataclass(frozen=True)
class Motif:
    """The rhythm and the moves of a phrase, without pitches."""

    notes: tuple[tuple[float, float], ...]
    """Start and end in steps from the line of the phrase's first bar."""
    moves: tuple[int, ...]
    """From note to note, in places of the scale."""
    start: float
    """Where in the range it starts, 0 to 1."""


@dataclass(frozen=True)
class Tune:
    """The motifs of one kind of section and their order."""

    phrase_bars: int
    scheme: str
    motifs: Mapping[str, Motif]
    silent: frozenset[int]
    """Phrases of the scheme that are left out."""

    def phrase_of(self, bar: Bar) -> Motif | None:
        """Return the motif that starts in a bar, if one does."""
        number, rest = divmod(bar.index, self.phrase_bars)
        if rest or number % len(self.scheme) in self.silent:
            return None
        return self.motifs[self.scheme[number % len(self.scheme)]]


def draw_tune(plan: SongPlan, rhythm: VocalRhythm, singer: Singer, lift: float, dice: Dice) -> Tune:
    """Draw the motifs of a kind of section.

    Args:
        plan: Of the song.
        rhythm: How the line moves.
        singer: Whose melody it is.
        lift: Where in the range phrases start, 0 to 1; higher for choruses.
        dice: Source of chance.
    """
    phrase_bars = dice.weighted({1: 1, 2: 4, 4: 1.5})
    span = phrase_bars * plan.grid.meter.steps
    moves = PENTATONIC_MOVES if singer.pentatonic else SCALE_MOVES
    scheme = dice.pick(SCHEMES)
    motifs: dict[str, Motif] = {}
    shared = draw_notes(rhythm, span, plan.grid.step_seconds, dice)
    for name in sorted(set(scheme)):
        notes = shared if dice.chance(0.35) else draw_notes(rhythm, span, plan.grid.step_seconds, dice)
        steps = tuple(0 if dice.chance(rhythm.repeats) else dice.weighted(moves) for _ in notes)
        motifs[name] = Motif(notes, steps, min(1.0, max(0.0, lift + dice.between(-0.3, 0.3))))
    silent = frozenset(number for number in range(1, 4) if dice.chance(0.08))
    return Tune(phrase_bars, scheme, motifs, silent)


def sing_motif(plan: SongPlan, bar: Bar, motif: Motif, singer: Singer, dice: Dice) -> list[StepNote]:
    """Return a motif as notes from a bar on, led by the chords, inside the section and the singer's range."""
    classes = plan.key.pentatonic_classes if singer.pentatonic else plan.key.pitch_classes
    ladder = pitches_between(classes, singer.low, singer.high)
    section_end = (bar.section.first_bar + bar.section.bars) * plan.grid.meter.steps
    place = round(motif.start * (len(ladder) - 1))
    line: list[StepNote] = []
    for number, (start, end) in enumerate(motif.notes):
        step = bar.start_step + start
        end_step = min(bar.start_step + end, section_end)
        if end_step <= step:
            break
        place = _bounced(place + (motif.moves[number] if number else 0), len(ladder))
        pitch = ladder[place]
        last, strong = number == len(motif.notes) - 1, plan.grid.meter.is_strong(step)
        if (last or strong) and dice.chance(singer.chord_tones):
            pitch = _nearest_chord_tone(plan, step, pitch, singer)
            place = min(range(len(ladder)), key=lambda index: abs(ladder[index] - pitch))
        accent = 0.9 if strong else 0.78
        line.append(StepNote(step, end_step, pitch, bar.loudness * accent * dice.between(0.85, 1.05)))
    return _articulated(line, ladder, singer, dice)


def _bounced(place: int, count: int) -> int:
    """Return a place inside the ladder: moves beyond its ends turn back."""
    if count == 1:
        return 0
    place = abs(place) % (2 * count - 2)
    return min(place, 2 * count - 2 - place)


def _nearest_chord_tone(plan: SongPlan, step: float, pitch: int, singer: Singer) -> int:
    chord = plan.chord_at(step).pitch_classes
    tones = pitches_between(chord & plan.key.pitch_classes or chord, singer.low, singer.high)
    return min(tones, key=lambda tone: abs(tone - pitch), default=pitch)


def _articulated(line: list[StepNote], ladder: tuple[int, ...], singer: Singer, dice: Dice) -> list[StepNote]:
    """Return the notes with their sounding lengths; some touch the next, some long ones become melismas."""
    sung: list[StepNote] = []
    for number, note in enumerate(line):
        touches = number + 1 < len(line) and line[number + 1].start == note.end and dice.chance(singer.legato)
        end = note.end if touches else note.start + (note.end - note.start) * singer.gate
        if note.end - note.start >= 4 and dice.chance(singer.melisma):
            sung += _melisma(note._replace(end=end), ladder, dice)
        else:
            sung.append(note._replace(end=end))
    return sung


def _melisma(note: StepNote, ladder: tuple[int, ...], dice: Dice) -> list[StepNote]:
    """Return a note that moves to its neighbours in the scale without a gap."""
    count = min(dice.whole(2, 5), int(note.end - note.start))
    place = min(range(len(ladder)), key=lambda index: abs(ladder[index] - note.pitch))
    first = note.end - (count - 1) * (1.0 if note.end - note.start < 8 else 1.5)
    edges = [note.start, *(first + (note.end - first) * number / (count - 1) for number in range(count))]
    pitches = [note.pitch]
    for _ in range(count - 1):
        place = _bounced(place + dice.pick((-1, -1, 1)), len(ladder))
        pitches.append(ladder[place])
    return [
        StepNote(start, end, pitch, note.velocity)
        for start, end, pitch in zip(edges, edges[1:], pitches, strict=False)
        if end > start
    ]
