"""What all players of a song agree on before anybody plays: genre, key, grid, sections, bars and chords."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from training.synthesis.composing.chords import Chord
from training.synthesis.composing.genre import Genre
from training.synthesis.composing.meters import Grid
from training.synthesis.composing.performing import StepHit, StepNote
from training.synthesis.composing.scales import Key
from training.synthesis.composing.section_kinds import SECTION_KINDS


@dataclass(frozen=True)
class PlannedSection:
    """A section in bars, counted from the start of the form."""

    kind: str
    first_bar: int
    bars: int
    intensity: float
    leads_to: str
    """The kind of the next section."""

    @property
    def tune(self) -> str:
        """Sections of the same tune share chords and melody."""
        return SECTION_KINDS[self.kind].tune


@dataclass(frozen=True)
class Bar:
    """One bar that sounds in the song."""

    number: int
    """Counted from the start of the form."""
    start_step: int
    section: PlannedSection

    @property
    def index(self) -> int:
        """Its number in its section, from 0."""
        return self.number - self.section.first_bar

    @property
    def is_last(self) -> bool:
        """Whether another section follows."""
        return self.index == self.section.bars - 1

    @property
    def loudness(self) -> float:
        """Factor for velocities."""
        return 0.5 + 0.5 * self.section.intensity


@dataclass(frozen=True)
class ChordSpan:
    """A chord and the steps through which it holds."""

    start_step: int
    end_step: int
    chord: Chord


@dataclass(frozen=True)
class Rest:
    """Steps through which the band stops; singers and solos go on."""

    start_step: int
    end_step: int
    of_drums: bool
    """Whether the drums stop as well."""


@dataclass(frozen=True)
class SongPlan:
    """The agreement. Bars, sections and chords are those that sound; steps count from the start of the form."""

    genre: Genre
    key: Key
    grid: Grid
    duration_seconds: float
    sections: tuple[PlannedSection, ...]
    bars: tuple[Bar, ...]
    bars_before: tuple[Bar, ...]
    """A few bars before the first that sounds, for phrases that the start of the song cuts."""
    chords: tuple[ChordSpan, ...]
    rests: tuple[Rest, ...] = ()

    def chords_of(self, bar: Bar) -> list[ChordSpan]:
        """Return the chords of a bar, cut at its lines."""
        end = bar.start_step + self.grid.meter.steps
        return [
            ChordSpan(max(span.start_step, bar.start_step), min(span.end_step, end), span.chord)
            for span in self._spans_by_bar.get(bar.number, ())
        ]

    def chord_at(self, step: float) -> Chord:
        """Return the chord that holds at a step, the nearest one outside the song."""
        spans = self._spans_by_bar.get(int(step // self.grid.meter.steps))
        if spans is None:
            return (self.chords[0] if step < self.chords[0].start_step else self.chords[-1]).chord
        return next((span.chord for span in spans if step < span.end_step), spans[-1].chord)

    def without_rests(self, notes: list[StepNote]) -> list[StepNote]:
        """Return the notes but for those that the rests swallow; longer ones stop where a rest starts."""
        for rest in self.rests:
            notes = [
                note._replace(end=rest.start_step) if note.start < rest.start_step < note.end else note
                for note in notes
                if not rest.start_step <= note.start < rest.end_step
            ]
        return notes

    def hits_without_rests(self, hits: list[StepHit]) -> list[StepHit]:
        """Return the hits outside the rests of the drums."""
        for rest in self.rests:
            if rest.of_drums:
                hits = [hit for hit in hits if not rest.start_step <= hit.start < rest.end_step]
        return hits

    @cached_property
    def _spans_by_bar(self) -> dict[int, list[ChordSpan]]:
        steps = self.grid.meter.steps
        by_bar: dict[int, list[ChordSpan]] = {}
        for span in self.chords:
            for number in range(span.start_step // steps, (span.end_step - 1) // steps + 1):
                by_bar.setdefault(number, []).append(span)
        return by_bar
