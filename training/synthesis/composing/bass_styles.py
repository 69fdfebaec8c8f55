"""Ways to play the bass: a rhythm, what it does with the chord and how long notes ring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

BassMotion = Literal["root", "octaves", "fifths", "walk", "arpeggio", "riff", "pedal", "approach", "alternate"]


@dataclass(frozen=True)
class BassStyle:
    """One way to play. Rhythms are bars of sixteen marks as in `drum_patterns`; "kick" follows the bass drum."""

    rhythms: tuple[str, ...]
    motions: tuple[BassMotion, ...]
    gate: tuple[float, float] = (0.75, 1.0)
    """Share of the time to the next note for which one is held; a song draws one value."""
    slides: float = 0.0
    """How likely a note hangs over into the next, which a player hears as a slide."""
    low: bool = False
    """Whether it stays in the lowest octave, as a sub bass does."""


BASS_STYLES: Mapping[str, BassStyle] = {
    "eighths": BassStyle(("x.x.x.x.x.x.x.x.", "X.x.x.x.X.x.x.x."), ("root", "root", "approach"), (0.6, 1.0)),
    "quarters": BassStyle(("x...x...x...x...",), ("root", "fifths", "approach", "arpeggio")),
    "sixteenths": BassStyle(
        ("xxxxxxxxxxxxxxxx", "x.xxx.xxx.xxx.xx", "xx.xxx.xxx.xxx.x"), ("root", "octaves"), (0.4, 0.8)
    ),
    "gallop": BassStyle(("x.xxx.xxx.xxx.xx", "xxx.xxx.xxx.xxx."), ("root", "pedal", "approach"), (0.5, 0.9)),
    "octaves": BassStyle(("x.x.x.x.x.x.x.x.", "x..xx..xx..xx..x"), ("octaves",), (0.4, 0.85)),
    "with kick": BassStyle(("kick",), ("root", "root", "fifths", "approach", "riff"), (0.5, 1.0)),
    "syncopated": BassStyle(
        (
            "x..x..x.........",
            "x..x..x...x.x...",
            "x.....x.x.....x.",
            "x..x......x..x..",
            "x.....xx..x...x.",
            "x..x..x.x..x..x.",
        ),
        ("root", "fifths", "octaves", "approach", "riff"),
    ),
    "funk": BassStyle(
        (
            "x..x..xx.x.x..x.",
            "xx.x..x...xx.x..",
            "x...x.xx..x.xx.x",
            "x..xx..x.xx...xx",
            "x.xx.....xx.x.x.",
            "x.....xxx..x.xx.",
        ),
        ("octaves", "riff", "riff", "fifths", "arpeggio"),
        (0.3, 0.8),
        0.03,
    ),
    "walking": BassStyle(("x...x...x...x...", "x...x...x..xx..."), ("walk",), (0.85, 1.0)),
    "two feel": BassStyle(("x.......x.......", "x.......x.....x."), ("alternate", "fifths"), (0.5, 0.95)),
    "long": BassStyle(("x...............", "x.......x......."), ("root", "root", "fifths"), (0.9, 1.0)),
    "sub": BassStyle(
        ("x...............", "x.........x.....", "x......x..x.....", "x.....x.........", "kick"),
        ("root",),
        (0.8, 1.0),
        0.05,
        True,
    ),
    "slides": BassStyle(
        ("kick", "x......x..x.....", "x..x......x...x."), ("root", "octaves", "riff"), (0.7, 1.0), 0.35, True
    ),
    "off-beat": BassStyle(
        ("..x...x...x...x.", "..xx..xx..xx..xx", ".xxx.xxx.xxx.xxx", "..x..xx...x..xx."),
        ("root", "root", "octaves"),
        (0.4, 0.9),
    ),
    "reggae": BassStyle(
        ("x..x..x.........", "....x.x.x...x...", "x.....x.x.x.....", "..x.x.x.....x.x.", "x.x...x...x.x..."),
        ("arpeggio", "riff", "fifths"),
    ),
    "tumbao": BassStyle(
        ("......x.....x...", "x.....x.....x...", "x..x..x.x..x..x."), ("alternate", "fifths"), (0.6, 1.0)
    ),
    "pedal": BassStyle(("x.x.x.x.x.x.x.x.", "x...x...x...x...", "x..............."), ("pedal",)),
    "arpeggio": BassStyle(("x.x.x.x.x.x.x.x.", "x...x...x...x...", "x..x..x.x..x..x."), ("arpeggio",)),
    "riff": BassStyle(
        ("x..x..x.x...x.x.", "x.x..x..x.x..xx.", "x.x.xx..x...x.x.", "x...x.x..x.x....", "xx..x..xx..x.x.."),
        ("riff",),
        (0.5, 1.0),
        0.04,
    ),
    "reese": BassStyle(
        ("x...............", "x.....x.........", "x.........x.x...", "x..x..x...x....."),
        ("root", "riff"),
        (0.95, 1.0),
        0.15,
    ),
    "wobble": BassStyle(
        ("x.......x...x.x.", "x.x.x...x.xx....", "x......xx..x....", "x.xxx...x...xxx."),
        ("root", "riff", "octaves"),
        (0.6, 1.0),
        0.1,
    ),
    "acid": BassStyle(("xxxx.xxx.xxxx.xx", "x.xx.xx.xxx.xx.x", "xx.xx.xxx.xx.xxx"), ("riff",), (0.4, 1.0), 0.2),
}
