"""Draw the chords of a song: a progression for each tune, how fast it moves and how it is coloured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from training.synthesis.composing.chords import Chord, chord_in
from training.synthesis.composing.dice import Dice
from training.synthesis.composing.genre import Genre
from training.synthesis.composing.meters import Meter
from training.synthesis.composing.plan import Bar, ChordSpan
from training.synthesis.composing.progressions import Family
from training.synthesis.composing.scales import Key

ONE_FOR_ALL = 0.3
"""Share of songs that keep one progression throughout."""
TURNED = 0.15
"""Share of progressions that start with another of their chords."""
PLAIN_TRIADS = ("I", "III", "IV", "V", "VI", "VII", "i", "ii", "iii", "iv", "v", "vi")


@dataclass(frozen=True)
class Harmonist:
    """Draws chords in a key from a family of progressions."""

    genre: Genre
    key: Key
    family: Family
    sevenths: bool
    """Whether triads become sevenths."""

    def write(self, bars: Iterable[Bar], meter: Meter, dice: Dice) -> tuple[ChordSpan, ...]:
        """Return the chords of bars that follow each other; sections of one tune share theirs."""
        shared = self._progression(dice) if dice.chance(ONE_FOR_ALL) else None
        tunes: dict[str, tuple[list[Chord], int]] = {}
        spans: list[ChordSpan] = []
        for bar in bars:
            if bar.section.tune not in tunes:
                steps = max(2, round(dice.weighted(self.genre.bars_per_chord) * meter.steps))
                tunes[bar.section.tune] = (shared or self._progression(dice), steps)
            chords, steps = tunes[bar.section.tune]
            for step in range(0, meter.steps, min(steps, meter.steps)):
                chord = chords[(bar.index * meter.steps + step) // steps % len(chords)]
                end = min(step + steps, meter.steps)
                spans.append(ChordSpan(bar.start_step + step, bar.start_step + end, chord))
        return _joined(spans)

    def _progression(self, dice: Dice) -> list[Chord]:
        numerals = dice.pick(self.family.progressions).split()
        if len(numerals) > 2 and dice.chance(TURNED):
            turn = dice.whole(1, len(numerals) - 1)
            numerals = numerals[turn:] + numerals[:turn]
        return [chord_in(self.key, self._coloured(numeral, dice)) for numeral in numerals]

    def _coloured(self, numeral: str, dice: Dice) -> str:
        """Return a plain triad's numeral with a suffix now and then; others as they are."""
        degree = numeral.lstrip("b#")
        if degree not in PLAIN_TRIADS:
            return numeral
        suffix = ""
        if self.sevenths:
            suffix = "7" if degree in ("V", "VII") or degree.islower() else dice.pick(("maj7", "maj7", "add9", "6"))
        elif degree.isupper() and dice.chance(self.genre.suspensions):
            suffix = dice.pick(("sus2", "sus4", "add9"))
        return numeral + suffix


def _joined(spans: list[ChordSpan]) -> tuple[ChordSpan, ...]:
    """Return the spans with one for each run of the same chord."""
    joined: list[ChordSpan] = []
    for span in spans:
        if joined and joined[-1].chord == span.chord and joined[-1].end_step == span.start_step:
            joined[-1] = ChordSpan(joined[-1].start_step, span.end_step, span.chord)
        else:
            joined.append(span)
    return tuple(joined)
