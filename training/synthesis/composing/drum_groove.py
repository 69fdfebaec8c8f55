"""The drummer's choices for one song: which patterns, on which drums, in which kind of section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from training.synthesis.composing import drum_patterns
from training.synthesis.composing.dice import Dice
from training.synthesis.composing.genre import DrumTaste
from training.synthesis.composing.meters import Meter
from training.synthesis.scores import Drum

HAT_DRUMS: Mapping[Drum, float] = {"closed_hat": 10, "ride": 2, "shaker": 1, "tambourine": 0.5, "pedal_hat": 0.5}
LOUD_DRUMS: Mapping[Drum, float] = {"closed_hat": 3, "open_hat": 3, "ride": 3, "crash": 1}
BACKBEATS: Mapping[str, tuple[Drum, ...]] = {
    "snare": ("snare",),
    "rim": ("rim",),
    "clap": ("clap",),
    "both": ("snare", "clap"),
    "tom": ("low_tom",),
}


@dataclass(frozen=True)
class Groove:
    """Patterns of one bar each (marks as in `drum_patterns`) and habits."""

    kick: str
    loud_kick: str
    snare: str
    hat: str
    hat_drum: Drum
    loud_hat_drum: Drum
    backbeat: tuple[Drum, ...]
    quiet_backbeat: tuple[Drum, ...]
    percussion: tuple[tuple[Drum, str], ...]
    time_feels: Mapping[str, str] = field(default_factory=dict)
    """By kind of section: "half" or "double"; the others are plain."""
    tom_sections: frozenset[str] = frozenset()
    """Kinds of section that are played on the toms."""
    ghost_share: float = 0.0
    open_share: float = 0.0
    """How likely an off-beat hat is open."""
    variation: float = 0.02
    """How likely a stroke is left out or added."""
    fill_every: int = 4
    fill_share: float = 0.5
    crash_share: float = 0.7
    hat_level: float = 0.8
    entry: float = 0.0
    """Sections below this intensity have no drums."""
    full: float = 0.4
    """Sections below this intensity have only a part of the kit."""
    bare_kick: bool = True
    """Whether that part has a bass drum."""


def draw_groove(taste: DrumTaste, meter: Meter, kinds: list[str], dice: Dice) -> Groove:
    """Draw a groove.

    Args:
        taste: Of the genre.
        meter: Of the song.
        kinds: Of the sections that the song has.
        dice: Source of chance.
    """
    kick, loud_kick = (_pattern("kick", taste, meter, dice) for _ in range(2))
    backbeat = dice.weighted(taste.backbeats)
    quiet = dice.weighted({backbeat: 3, "rim": 1, "snare": 0.5})
    rides = dice.chance(0.8 * taste.hats.get("ride", 0.0) / sum(taste.hats.values()))
    feels = {kind: feel for kind in kinds if (feel := _feel(taste, dice))}
    return Groove(
        kick=kick,
        loud_kick=loud_kick if dice.chance(0.5) else kick,
        snare=_pattern("snare", taste, meter, dice),
        hat=_pattern("hat", taste, meter, dice),
        hat_drum="ride" if rides else dice.weighted(HAT_DRUMS),
        loud_hat_drum="ride" if rides else dice.weighted(LOUD_DRUMS),
        backbeat=BACKBEATS[backbeat],
        quiet_backbeat=BACKBEATS[quiet],
        percussion=_percussion(taste, meter, dice),
        time_feels=feels,
        tom_sections=frozenset(kind for kind in kinds if dice.chance(0.05)),
        ghost_share=dice.between(0.0, 0.35) if dice.chance(taste.ghosts) else 0.0,
        open_share=dice.pick((0.0, 0.0, 0.05, 0.15, 0.5, 1.0)),
        variation=dice.pick((0.0, 0.01, 0.03, 0.06)),
        fill_every=dice.pick((2, 4, 4, 4, 8, 8)),
        fill_share=taste.fills * dice.between(0.4, 1.2),
        crash_share=dice.between(0.0, 1.0),
        hat_level=dice.between(0.45, 1.0),
        entry=dice.pick((0.0, 0.0, 0.2, 0.3)),
        full=dice.pick((0.0, 0.3, 0.4, 0.5)),
        bare_kick=dice.chance(0.65),
    )


def stretched(pattern: str, feel: str, bar_index: int) -> str:
    """Return a pattern in half or double time; in half time it takes two bars, of which this is one."""
    if feel == "half":
        start = len(pattern) // 2 * (bar_index % 2)
        marks = (f"{mark}." for mark in pattern[start : start + len(pattern) // 2 + 1])
        return "".join(marks)[: len(pattern)]
    if feel == "double":
        return (pattern[::2] * 2 + pattern)[: len(pattern)]
    return pattern


def _pattern(lane: str, taste: DrumTaste, meter: Meter, dice: Dice) -> str:
    special = {
        "6/8": {
            "kick": drum_patterns.COMPOUND_KICKS,
            "snare": drum_patterns.COMPOUND_SNARES,
            "hat": drum_patterns.COMPOUND_HATS,
        },
        "3/4": {
            "kick": drum_patterns.WALTZ_KICKS,
            "snare": drum_patterns.WALTZ_SNARES,
            "hat": drum_patterns.WALTZ_HATS,
        },
    }
    if meter.name in special:
        return dice.pick(special[meter.name][lane])
    tables = {
        "kick": (drum_patterns.KICKS, taste.kicks),
        "snare": (drum_patterns.SNARES, taste.snares),
        "hat": (drum_patterns.HATS, taste.hats),
    }
    table, odds = tables[lane]
    pattern = meter.fit(dice.pick(table[dice.weighted(odds)]))
    return _changed(pattern, dice) if dice.chance(0.35) else pattern


def _changed(pattern: str, dice: Dice) -> str:
    """Return the pattern with one or two marks that nobody wrote; its first stays."""
    marks = list(pattern)
    for _ in range(dice.whole(1, 2)):
        place = dice.whole(1, len(marks) - 1)
        marks[place] = dice.pick(("x", "?", ".")) if marks[place] == "." or place % 4 else marks[place]
    return "".join(marks)


def _percussion(taste: DrumTaste, meter: Meter, dice: Dice) -> tuple[tuple[Drum, str], ...]:
    if not taste.percussion:
        return ()
    lines: list[tuple[Drum, str]] = []
    for _ in range(3):
        if dice.chance(taste.percussion_share):
            drum, pattern = dice.pick(drum_patterns.PERCUSSION[dice.weighted(taste.percussion)])
            lines.append((drum, meter.fit(pattern)))
    return tuple(lines)


def _feel(taste: DrumTaste, dice: Dice) -> str:
    return dice.weighted({"half": taste.half_time, "double": taste.double_time, "": 1.0})
