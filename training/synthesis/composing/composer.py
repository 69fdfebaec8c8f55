"""Compose a song: draw a genre and a plan, then let every player write a part from a stream of chance of its own."""

from __future__ import annotations

import numpy as np

from training.synthesis.composing.band import Band
from training.synthesis.composing.bass import draw_bass_player
from training.synthesis.composing.dice import Dice
from training.synthesis.composing.drum_groove import Groove, draw_groove
from training.synthesis.composing.drums import Drummer
from training.synthesis.composing.genres import GENRES
from training.synthesis.composing.performing import Feel, Stage
from training.synthesis.composing.plan import ChordSpan, SongPlan
from training.synthesis.composing.planning import plan_song
from training.synthesis.composing.rests import filled_rests
from training.synthesis.composing.vocals import VocalArranger
from training.synthesis.scores import Hit, Line, Score, Section, random_stream

SHORTEST_SECONDS, LONGEST_SECONDS = 2.0, 900.0
"""Shorter songs might lie in the silent beat before their first bar."""


def compose(rng: np.random.Generator, duration_seconds: float, genre: str | None = None) -> Score:
    """Compose a song. The same state of the generator gives the same song.

    Args:
        rng: Source of chance; one number is drawn from it.
        duration_seconds: Length of the song, 2 to 900. Short songs are a stretch of a longer form.
        genre: A key of GENRES; by default one is drawn, as likely as its weight says.

    Raises:
        ValueError: An unknown genre, or a length out of range.
    """
    if not SHORTEST_SECONDS <= duration_seconds <= LONGEST_SECONDS:
        raise ValueError(
            f"duration_seconds must be from {SHORTEST_SECONDS:g} to {LONGEST_SECONDS:g}. Got {duration_seconds}."
        )
    if genre is not None and genre not in GENRES:
        raise ValueError(f"The genre must be one of {', '.join(GENRES)}. Got '{genre}'.")
    seed = int(rng.integers(2**63))
    name = genre or Dice(random_stream(seed, "genre")).weighted({key: each.weight for key, each in GENRES.items()})
    plan = plan_song(GENRES[name], float(duration_seconds), Dice(random_stream(seed, "plan")))
    return _written(plan, seed)


def _written(plan: SongPlan, seed: int) -> Score:
    vocals = VocalArranger(plan, Dice(random_stream(seed, "vocals"))).write()
    sung = [note.start_seconds for line in vocals.lines for phrase in line.phrases for note in phrase]
    plan = filled_rests(plan, True, sung)
    kinds = sorted({section.kind for section in plan.sections})
    groove = draw_groove(plan.genre.drums, plan.grid.meter, kinds, Dice(random_stream(seed, "groove")))
    hits = _hits(plan, groove, Dice(random_stream(seed, "drums")))
    plan = filled_rests(plan, False, [hit.start_seconds for hit in hits])
    feel = _feel(plan, Dice(random_stream(seed, "band feel")))
    heard = [span for span in plan.chords if _sounds(span, plan)]
    return Score(
        genre=plan.genre.name,
        tempo_bpm=plan.grid.tempo_bpm,
        key=plan.key.name,
        chords=tuple(span.chord.name for span in heard),
        duration_seconds=plan.duration_seconds,
        sections=_sections(plan),
        hits=hits,
        bass=_bass(plan, groove, Dice(random_stream(seed, "bass"))),
        others=Band(plan, feel, vocals, Dice(random_stream(seed, "band"))).write(),
        vocals=vocals.lines,
        chord_starts_seconds=tuple(max(0.0, plan.grid.seconds(span.start_step)) for span in heard),
    )


def _sounds(span: ChordSpan, plan: SongPlan) -> bool:
    return plan.grid.seconds(span.end_step) > 0.0 and plan.grid.seconds(span.start_step) < plan.duration_seconds


def _feel(plan: SongPlan, dice: Dice) -> Feel:
    return Feel(dice.between(0.0, plan.genre.looseness_seconds), dice.between(-0.004, 0.012), dice.between(0.0, 0.06))


def _hits(plan: SongPlan, groove: Groove, dice: Dice) -> tuple[Hit, ...]:
    if dice.chance(plan.genre.drums.absent):
        return ()
    machine = dice.chance(plan.genre.drums.machine)
    feel = Feel(0.0, 0.0, 0.01) if machine else Feel(dice.between(0.001, plan.genre.looseness_seconds), 0.0, 0.04)
    hits = Drummer(plan, groove, dice).write()
    return Stage(plan.grid, plan.duration_seconds, feel, dice).perform_hits(hits)


def _bass(plan: SongPlan, groove: Groove, dice: Dice) -> Line:
    if dice.chance(plan.genre.bass.absent):
        return Line("bass", ())
    notes = draw_bass_player(plan, groove.kick, dice).write(plan, dice)
    return Line("bass", Stage(plan.grid, plan.duration_seconds, _feel(plan, dice), dice).perform_notes(notes))


def _sections(plan: SongPlan) -> tuple[Section, ...]:
    """Return the sections in seconds; together they cover the song."""
    steps = plan.grid.meter.steps
    starts = [max(0.0, plan.grid.seconds(section.first_bar * steps)) for section in plan.sections]
    starts[0] = 0.0
    ends = [*starts[1:], plan.duration_seconds]
    return tuple(
        Section(section.kind, start, end, section.intensity)
        for section, start, end in zip(plan.sections, starts, ends, strict=True)
    )
