"""Write the lead voice: one tune for each kind of section, sung where the section is for singing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from training.synthesis.composing.dice import Dice
from training.synthesis.composing.melodies import Singer, Tune, draw_tune, sing_motif
from training.synthesis.composing.performing import StepNote
from training.synthesis.composing.plan import SongPlan
from training.synthesis.composing.section_kinds import SECTION_KINDS
from training.synthesis.composing.vocal_ranges import draw_range
from training.synthesis.composing.vocal_rhythms import VOCAL_RHYTHMS
from training.synthesis.scores import SingingStyle

LIFTS: Mapping[str, float] = {"verse": 0.4, "pre-chorus": 0.55, "chorus": 0.7, "bridge": 0.5}
STYLE_RHYTHMS: Mapping[SingingStyle, Mapping[str, float]] = {
    "rap": {"rap": 4, "triplet rap": 1.5, "slow rap": 2.5},
    "shouted": {"shouts": 3, "chant": 2, "talking": 1, "syncopated": 1},
    "monotone": {"talking": 3, "chant": 2, "flowing": 1},
}
"""Rhythms of styles that have their own; the others take those of the genre."""

Phrase = list[StepNote]


@dataclass(frozen=True)
class LeadVoice:
    """What the lead singer sings."""

    style: SingingStyle
    singer: Singer
    phrases: list[Phrase]


def draw_singer(plan: SongPlan, style: SingingStyle, bounds: tuple[int, int], dice: Dice) -> Singer:
    """Draw a singer's habits within a range."""
    wide_enough = bounds[1] - bounds[0] > 5
    return Singer(
        low=bounds[0],
        high=bounds[1],
        pentatonic=wide_enough and dice.chance(0.35),
        gate=dice.between(0.7, 0.97),
        legato=0.1 if style in ("rap", "shouted") else dice.pick((0.1, 0.3, 0.6)),
        melisma=0.0 if style in ("rap", "shouted", "monotone") else plan.genre.vocals.melisma * dice.between(0.0, 2.0),
    )


def sung_kinds(plan: SongPlan, dice: Dice) -> frozenset[str]:
    """Draw the kinds of section that have a lead voice, at least one."""
    sung = {section.kind: SECTION_KINDS[section.kind].sung for section in plan.sections}
    return frozenset(kind for kind, odds in sung.items() if dice.chance(odds)) or frozenset(
        {max(sung, key=sung.__getitem__)}
    )


def write_lead(plan: SongPlan, style: SingingStyle, kinds: frozenset[str], dice: Dice) -> LeadVoice:
    """Write the phrases of a lead voice.

    Args:
        plan: Of the song.
        style: How the singer sings.
        kinds: Kinds of section in which the voice sings.
        dice: Source of chance.
    """
    singer = draw_singer(plan, style, draw_range(style, dice), dice)
    rhythms = STYLE_RHYTHMS.get(style, plan.genre.vocals.rhythms)
    return LeadVoice(style, singer, write_tunes(plan, rhythms, singer, kinds, dice))


def write_tunes(
    plan: SongPlan, rhythms: Mapping[str, float], singer: Singer, kinds: frozenset[str], dice: Dice
) -> list[Phrase]:
    """Write the phrases of a melody for a voice or an instrument; sections of one tune share its motifs.

    Args:
        plan: Of the song.
        rhythms: Keys of VOCAL_RHYTHMS, with odds.
        singer: Whose melody it is.
        kinds: Kinds of section in which it sounds.
        dice: Source of chance.
    """
    tunes: dict[str, Tune] = {}
    phrases: list[Phrase] = []
    for bar in (*plan.bars_before, *plan.bars):
        if bar.section.kind not in kinds:
            continue
        tune = bar.section.tune
        if tune not in tunes:
            tunes[tune] = _tune(plan, tune, rhythms, singer, dice)
        motif = tunes[tune].phrase_of(bar)
        if motif is not None and (phrase := sing_motif(plan, bar, motif, singer, dice)):
            phrases.append(phrase)
    return without_overlaps(phrases)


def without_overlaps(phrases: list[Phrase]) -> list[Phrase]:
    """Return phrases of which each ends before the next starts: an upbeat wins over the note that it meets."""
    kept: list[Phrase] = []
    for number, phrase in enumerate(phrases):
        limit = phrases[number + 1][0].start - 0.5 if number + 1 < len(phrases) else float("inf")
        cut = [note._replace(end=min(note.end, limit)) for note in phrase if note.start < limit - 0.5]
        if cut:
            kept.append(cut)
    return kept


def _tune(plan: SongPlan, tune: str, rhythms: Mapping[str, float], singer: Singer, dice: Dice) -> Tune:
    name = "sixths" if plan.grid.meter.name == "6/8" and dice.chance(0.6) else dice.weighted(rhythms)
    lift = LIFTS[tune] if dice.chance(0.7) else dice.between(0.1, 0.9)
    return draw_tune(plan, VOCAL_RHYTHMS[name], singer, lift, dice)
