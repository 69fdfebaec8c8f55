"""Write the drum part: the groove of every section, with fills, crashes, build-ups and breaks."""

from __future__ import annotations

from dataclasses import dataclass

from training.synthesis.composing.dice import Dice
from training.synthesis.composing.drum_fills import FILL_KINDS, build_up, fill
from training.synthesis.composing.drum_groove import Groove, stretched
from training.synthesis.composing.performing import StepHit
from training.synthesis.composing.plan import Bar, SongPlan
from training.synthesis.scores import Drum

LEVELS = {"X": 1.0, "x": 0.85, "o": 0.4, "?": 0.6, "r": 0.75}
TOM_LANE: tuple[Drum, ...] = ("low_tom", "mid_tom", "low_tom", "high_tom")
CLOSEST_STROKES_SECONDS = 0.045
"""Strokes of a roll are never closer than this."""


@dataclass(frozen=True)
class Drummer:
    """Plays a groove through a plan."""

    plan: SongPlan
    groove: Groove
    dice: Dice

    def write(self) -> list[StepHit]:
        """Return all hits of the song."""
        hits: list[StepHit] = []
        for bar in self.plan.bars:
            if bar.section.intensity >= self.groove.entry:
                hits += self._bar(bar)
        return self.plan.hits_without_rests(hits)

    def _bar(self, bar: Bar) -> list[StepHit]:
        steps = self.plan.grid.meter.steps
        end = bar.start_step + steps
        if bar.section.kind == "build":
            progress = bar.index / bar.section.bars
            kicks = self._lane(bar, "X..." * (steps // 4), ("kick",), 0.9) if progress < 0.75 else []
            return [*kicks, *build_up(bar.start_step, end, progress, 0.95 * bar.loudness)]
        hits = self._beat(bar)
        phrase_end = bar.is_last or bar.index % self.groove.fill_every == self.groove.fill_every - 1
        if phrase_end and self.dice.chance(self.groove.fill_share * (1.0 if bar.is_last else 0.5)):
            start = end - self.dice.pick((2, 4, 4, 6, 8, steps))
            kind = self.dice.pick(FILL_KINDS)
            hits = [hit for hit in hits if hit.start < start]
            hits += fill(kind, start, end, 0.95 * bar.loudness, self.dice)
        if bar.index == 0 and bar.section.intensity > 0.5 and self.dice.chance(self.groove.crash_share):
            hits.append(StepHit(bar.start_step, "crash", bar.loudness * self.dice.between(0.7, 1.0)))
        return hits

    def _beat(self, bar: Bar) -> list[StepHit]:
        groove, section = self.groove, bar.section
        feel = groove.time_feels.get(section.kind, "")
        loud, bare = section.intensity > 0.75, section.intensity < groove.full
        kick = stretched(groove.loud_kick if loud else groove.kick, feel, bar.index)
        snare = stretched(groove.snare, feel, bar.index)
        if section.kind in groove.tom_sections:
            return self._lane(bar, kick, ("kick",), 0.95) + self._toms(bar)
        hits = self._lane(bar, groove.hat, (groove.loud_hat_drum if loud else groove.hat_drum,), groove.hat_level)
        if bare and groove.bare_kick:
            hits += self._lane(bar, kick, ("kick",), 0.8)
        elif not bare:
            hits += self._lane(bar, kick, ("kick",), 0.95)
            hits += self._lane(bar, snare, groove.backbeat if section.intensity > 0.5 else groove.quiet_backbeat, 0.95)
            hits += self._ghosts(bar, snare)
        for drum, pattern in groove.percussion:
            hits += self._lane(bar, pattern, (drum,), 0.75)
        return hits

    def _lane(self, bar: Bar, pattern: str, drums: tuple[Drum, ...], level: float) -> list[StepHit]:
        """Return one bar of a pattern on some drums together; marks come and go as the groove's variation says."""
        hits = []
        for step, mark in enumerate(pattern):
            if mark == "." or (mark == "?" and self.dice.chance(0.6)) or self.dice.chance(self.groove.variation):
                continue
            velocity = LEVELS[mark] * level * bar.loudness * self.dice.between(0.9, 1.0)
            for drum in drums:
                if mark == "o" and drum == "snare":
                    drum = "ghost_snare"
                if drum == "closed_hat" and step % 4 == 2 and self.dice.chance(self.groove.open_share):
                    drum = "open_hat"
                hits += self._roll(bar.start_step + step, drum, velocity, mark == "r")
        return hits

    def _roll(self, start: int, drum: Drum, velocity: float, rolls: bool) -> list[StepHit]:
        strokes = self.dice.pick((2, 3, 4, 6)) if rolls else 1
        strokes = min(strokes, max(1, int(2.0 * self.plan.grid.step_seconds / CLOSEST_STROKES_SECONDS)))
        return [StepHit(start + 2.0 * stroke / strokes, drum, velocity) for stroke in range(strokes)]

    def _ghosts(self, bar: Bar, snare: str) -> list[StepHit]:
        if self.groove.ghost_share == 0.0:
            return []
        return [
            StepHit(bar.start_step + step, "ghost_snare", bar.loudness * self.dice.between(0.12, 0.35))
            for step in range(1, len(snare), 2)
            if snare[step] == "." and self.dice.chance(self.groove.ghost_share)
        ]

    def _toms(self, bar: Bar) -> list[StepHit]:
        return [
            StepHit(bar.start_step + step, self.dice.pick(TOM_LANE), bar.loudness * (0.95 if step % 4 == 0 else 0.7))
            for step in range(0, self.plan.grid.meter.steps, 2)
            if step % 4 == 0 or self.dice.chance(0.6)
        ]
