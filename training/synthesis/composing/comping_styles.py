"""Ways to accompany: a rhythm, what one stroke plays, how long it rings and where the chord lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from training.synthesis.composing.voicings import Voicing

Gesture = Literal["block", "strum", "arpeggio", "picking", "boom_chick", "montuno", "random"]


@dataclass(frozen=True)
class CompingStyle:
    """One way to accompany. Rhythms are bars of sixteen marks as in `drum_patterns`."""

    rhythms: tuple[str, ...]
    gesture: Gesture = "block"
    gate: tuple[float, float] = (0.9, 1.0)
    """Share of the time to the next stroke for which a note is held; a song draws one value."""
    voicings: tuple[Voicing, ...] = ("close",)
    two_handed: bool = False
    """Whether a low root may sound below (keyboards)."""
    held_across: bool = False
    """Whether a chord that goes on into the next bar is not struck again."""


EIGHTHS = "x.x.x.x.x.x.x.x."
SIXTEENTHS = "xxxxxxxxxxxxxxxx"

COMPING_STYLES: Mapping[str, CompingStyle] = {
    "held": CompingStyle(
        ("x...............", "x.......x.......", "x.....x........."),
        voicings=("close", "open", "wide"),
        two_handed=True,
    ),
    "pad": CompingStyle(("x...............",), gate=(1.0, 1.05), voicings=("close", "open", "wide"), held_across=True),
    "quarters": CompingStyle(("X...x...X...x...", "x...x...x...x..."), gate=(0.5, 1.0), two_handed=True),
    "eighths": CompingStyle(
        (EIGHTHS, "X.x.x.x.X.x.x.x."), gate=(0.4, 1.0), voicings=("close", "thirds"), two_handed=True
    ),
    "pushes": CompingStyle(
        (
            "x..x..x.........",
            "x.....x.........",
            "x..x..x...x.x...",
            "x...x..x..x.....",
            "x.x...xx..x..x..",
            "..x...x...x..x..",
        ),
        gate=(0.5, 1.0),
        voicings=("close", "open"),
        two_handed=True,
    ),
    "strummed": CompingStyle(
        (
            "X...x.xxX.x.x.x.",
            "X.x.X.xxX.x.X.xx",
            "X...X.x..xx.X.xx",
            "X.xxX.xxX.xxX.xx",
            "X...x.x...x.x.x.",
            "X...X...X...X.x.",
            EIGHTHS,
        ),
        "strum",
        (0.8, 1.0),
        ("wide", "close"),
    ),
    "slow strum": CompingStyle(
        ("X...............", "X.......x.......", "X.......x...x..."), "strum", (0.95, 1.0), ("wide",)
    ),
    "funk strum": CompingStyle(
        ("X..x..X.x..X..x.", "..xx..xX..xx..xX", "x.xxX.xxx.xxX.xx", ".x.xX..x.x.xX..x", "X.x..x.xX.x..x.x"),
        "strum",
        (0.2, 0.5),
        ("thirds", "close"),
    ),
    "stabs": CompingStyle(
        (
            "...x..x.........",
            "x..x............",
            "..x...x...x...x.",
            "x......x..x.....",
            "....x.......x...",
            "x..x..x..x..x.x.",
            "......x.......x.",
        ),
        gate=(0.1, 0.5),
        voicings=("close", "open"),
    ),
    "skank": CompingStyle(
        ("..X...X...X...X.", "..Xx..Xx..Xx..Xx", "....X.......X..."), "strum", (0.15, 0.5), ("close", "thirds")
    ),
    "bubble": CompingStyle(("..x.x.x...x.x.x.", ".xx..xx..xx..xx."), gate=(0.2, 0.5)),
    "chugs": CompingStyle(
        (
            EIGHTHS,
            "X.xxX.xxX.xxX.xx",
            SIXTEENTHS,
            "X..x..x..x..x.x.",
            "X.x.x.xxX.x.x.xx",
            "X.....x.X.x.....",
            "X..xX...X..xX...",
        ),
        gate=(0.3, 0.8),
        voicings=("power",),
    ),
    "power held": CompingStyle(
        ("X...............", "X.......X.......", "X.....X...X.....", "X..X..X.X..X..X.", EIGHTHS),
        gate=(0.95, 1.0),
        voicings=("power",),
    ),
    "arpeggio": CompingStyle(
        (EIGHTHS, SIXTEENTHS, "x..x..x..x..x.x.", "x.x.xxx.x.x.xxx."), "arpeggio", (0.4, 1.3), ("close", "open")
    ),
    "broken chords": CompingStyle(
        ("x.x.x.x.x.x.x.x.", "x...x...x...x..."), "arpeggio", (1.0, 2.5), ("wide", "open"), True
    ),
    "picked": CompingStyle((EIGHTHS, "x.xxx.xxx.xxx.xx", "x...x.x.x...x.x."), "picking", (1.0, 2.5), ("wide",)),
    "boom chick": CompingStyle(("X...x...X...x...", "X...x.x.X...x.x."), "boom_chick", (0.4, 0.9), ("close",)),
    "montuno": CompingStyle(("x.xx.xx.x.xx.xx.", "x.x..xx.xx.x.xx.", "xx.xx.x.xx.xx.x."), "montuno", (0.4, 0.9)),
    "jazz": CompingStyle(
        (
            "x.....x.........",
            "......x.......x.",
            "x..x............",
            "..x...x.........",
            "x.......x..x....",
            "....x.....x.....",
        ),
        gate=(0.2, 0.9),
        voicings=("shell", "open"),
    ),
    "gated": CompingStyle(
        (SIXTEENTHS, "x.xxx.xxx.xxx.xx", "x.xx.xx.x.xx.xx.", "xx.xxx.xxx.xx.xx"),
        gate=(0.3, 0.7),
        voicings=("close", "open"),
    ),
    "tremolo": CompingStyle((SIXTEENTHS,), gate=(0.9, 1.0), voicings=("thirds", "close")),
    "scattered": CompingStyle(
        ("?.?.?.?.?.?.?.?.", "?..?..?..?..?.?.", "????????????????"), "random", (0.5, 3.0), ("wide",)
    ),
}
