"""Decide who plays beside drums, bass and singers, and write these lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from training.synthesis.composing.comping import draw_accompanist
from training.synthesis.composing.dice import Dice
from training.synthesis.composing.effects import write_effects
from training.synthesis.composing.instrument_leads import LeadPlayer, draw_lead_player
from training.synthesis.composing.performing import Feel, Stage, StepNote
from training.synthesis.composing.plan import SongPlan
from training.synthesis.composing.presence import always, draw_presence
from training.synthesis.composing.registers import PLAYABLE, moved_into
from training.synthesis.composing.vocals import Vocals
from training.synthesis.scores import Line, Role

FIRST_SEAT_STAYS = 0.65
"""Share of songs whose first accompanist plays in every section."""
SECOND_GUITAR = 0.45
"""Share of distorted guitars that a second one doubles, as records have them left and right."""
ALONG = 0.07
"""Share of sung songs in which an instrument plays the melody of the voice with it."""
INSTRUMENTAL_TUNE = 0.75
"""Share of songs without voices in which an instrument has the tune."""

_Part: TypeAlias = Callable[[LeadPlayer, SongPlan, Dice], list[StepNote]]


@dataclass(frozen=True)
class Band:
    """Writes the lines of all instruments but drums and bass."""

    plan: SongPlan
    feel: Feel
    vocals: Vocals
    dice: Dice

    def write(self) -> tuple[Line, ...]:
        """Return the lines; a song has at least one."""
        lines = [line for line in self._accompaniment() + self._leads() if line.notes]
        if not lines:
            role = self.dice.weighted(self.plan.genre.seats[0].roles)
            lines = [self._line(role, draw_lead_player(role, self.dice).counter(self.plan, self.dice))]
        return tuple(line for line in lines if line.notes)

    def _accompaniment(self) -> list[Line]:
        lines = []
        for number, seat in enumerate(self.plan.genre.seats):
            if not self.dice.chance(seat.share):
                continue
            role = self.dice.weighted(seat.roles)
            stays = number == 0 and self.dice.chance(FIRST_SEAT_STAYS)
            presence = always(self.plan) if stays else draw_presence(self.plan, self.dice)
            accompanist = draw_accompanist(self.plan, role, self.dice.weighted(seat.styles), presence, self.dice)
            notes = accompanist.write(self.plan, self.dice)
            lines.append(self._line(role, notes))
            if role == "distorted_guitar" and self.dice.chance(SECOND_GUITAR):
                lines.append(self._line(role, notes))
        return lines

    def _leads(self) -> list[Line]:
        taste, dice, plan = self.plan.genre.leads, self.dice, self.plan
        parts: tuple[tuple[float, _Part], ...] = (
            (taste.riff, LeadPlayer.riff),
            (taste.counter, LeadPlayer.counter),
            (taste.solo, LeadPlayer.solo),
            (0.0 if self.vocals.lines else INSTRUMENTAL_TUNE, LeadPlayer.tune),
            (ALONG if self.vocals.melody else 0.0, partial(LeadPlayer.along, melody=self.vocals.melody)),
        )
        lines = []
        for share, write in parts:
            if dice.chance(share):
                role = dice.weighted(taste.roles)
                lines.append(self._line(role, write(draw_lead_player(role, dice), plan, dice)))
        if dice.chance(taste.effects):
            lines.append(self._line("effects", write_effects(plan, dice)))
        return lines

    def _line(self, role: Role, notes: list[StepNote]) -> Line:
        low, high = PLAYABLE[role]
        fitting = [note._replace(pitch=moved_into(note.pitch, low, high)) for note in notes]
        stage = Stage(self.plan.grid, self.plan.duration_seconds, self.feel, self.dice)
        return Line(role, stage.perform_notes(fitting))
