"""Drum patterns of one bar in 4/4, sixteen marks; other meters take or repeat a part of them.

Marks: "X" accented, "x" plain, "o" soft, "?" now and then, "r" a roll of two to four strokes, "." nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from training.synthesis.scores import Drum

KICKS: Mapping[str, tuple[str, ...]] = {
    "rock": (
        "X.......X.......",
        "X.....x.X.......",
        "X.......X.x.....",
        "X.x.....X.x.....",
        "X.....x.X.x....?",
        "X..x....X.x..x..",
        "X.x...x...x.....",
        "X..x..x.X.......",
        "X.....x...x..?x.",
    ),
    "four": ("X...X...X...X...", "X...X...X...X.?.", "X...X...X..xX...", "X...X...X...X..?"),
    "punk": ("X.x...x.X.x...x.", "X...X...X...X...", "X..xx...X..xx...", "X.......X.x....."),
    "metal": ("XxxxxxxxXxxxxxxx", "X.xxX.xxX.xxX.xx", "X.x.x.x.X.x.x.x.", "X..x..x..x..x.x.", "xx.xx.xx.xx.xx.x"),
    "hip hop": (
        "X......x.x......",
        "X..x......x.....",
        "X.......x.x..?..",
        "X......x..x..x..",
        "X.x....x..x.....",
        "X.....x...x...x.",
    ),
    "trap": (
        "X......x..x.....",
        "X.....x...x..x..",
        "X..x......x...x.",
        "X.........x.....",
        "X......xx.....x.",
        "X..x..x...x....x",
    ),
    "funk": (
        "X..x..x...x..x..",
        "X.x....x..x.....",
        "X..x...o.xx....x",
        "X.....xx..x..x..",
        "X..x..x.o.x...x.",
        "X.x...x..xx.....",
    ),
    "breakbeat": ("X.x.......xx....", "X.x.......x..x..", "X.........x.....", "X..x..x...x.....", "X.x...x...xx..x."),
    "two step": ("X.........x.....", "X..x......x..x..", "X.....x...x.....", "X......x.....x.."),
    "one drop": ("........X.......", "........X.....?.", "........X..?...."),
    "steppers": ("X...X...X...X...", "X.......X......."),
    "dembow": ("X...X...X...X...", "X......xX......x"),
    "latin": ("X..x....X..x....", "X.....x.X.....x.", "X..xX..xX..xX..x", "...x..x....x..x.", "X..x..x.X..x..x."),
    "train": ("X...X...X...X...", "X.......X.......", "X.......X.x....."),
    "feathered": ("o...o...o...o...", "x...............", "o.......o....?..", "x.....?...?....."),
    "sparse": ("X...............", "X.........x.....", "X.......x.......", "x..............."),
    "half": ("X...............", "X.....x.........", "X..x............", "X.........x..x.."),
    "afro": ("X..x..x...x.x...", "X...X...X...X...", "X..x....x..x..?.", "X.....x...x.x..."),
    "tribal": ("X...x...X...x...", "X..x..x.X..x..x.", "X..x..X..x..X.x.", "X.x.X.x.X.x.X.xx"),
    "none": ("................",),
}

SNARES: Mapping[str, tuple[str, ...]] = {
    "backbeat": ("....X.......X...", "....X.......X...", "....X.......X..?", "....X..?....X..."),
    "offbeats": ("..X...X...X...X.", "..X...X...X..xX."),
    "four": ("X...X...X...X...",),
    "half": ("........X.......", "........X.....?.", "........X..?...."),
    "late": ("............X...", "....X.........X.", "......X.....X..."),
    "funk": ("....X..o.o..X..o", "....X..o.o..X...", "....X..x.o..X.o.", "....X....o.oX..x", "..o.X..o.o.oX..o"),
    "breakbeat": ("....X..o.o..X..o", "....X..x....X...", "....X..o.o....X.", "....X..o..o.X..o"),
    "train": ("xoxoXoxoxoxoXoxo", "ooXoooXoooXoooXo", "x.xxX.xxx.xxX.xx"),
    "one drop": ("........X.......", "................", "........x......."),
    "dembow": ("...X..X....X..X.", "...x..X....x..X."),
    "brushes": ("....o.......o...", "..o.o..o..o.o..o", "....x..o....x..."),
    "clave": ("X..X..X...X.X...", "..X.X...X..X..X.", "X..X...X..X.X..."),
    "blast": ("..x...x...x...x.", ".x.x.x.x.x.x.x.x", "x.x.x.x.x.x.x.x."),
    "march": ("X.xxX.xxX.xxXxxx", "x..xx.x.x..xx.xx"),
    "none": ("................",),
}

HATS: Mapping[str, tuple[str, ...]] = {
    "quarters": ("x...x...x...x...", "X...x...X...x..."),
    "eighths": ("x.x.x.x.x.x.x.x.", "X.x.X.x.X.x.X.x.", "x.X.x.X.x.X.x.X."),
    "sixteenths": ("xoxoxoxoxoxoxoxo", "XoxoXoxoXoxoXoxo", "xxxxxxxxxxxxxxxx", "xoXoxoXoxoXoxoXo"),
    "offbeat": ("..X...X...X...X.", "..X...X...X..xX.", "o.X.o.X.o.X.o.X."),
    "funk": ("x.xxx.xxx.xxx.xx", "xoxxxoxxxoxxxoxx", "x.x.x.xxx.x.x.xx", "xxx.xxx.xxx.xxx."),
    "trap": ("x.x.x.x.x.x.x.x.", "x.x.x.r.x.x.x.x.", "x.xxx.x.r.x.x.xx", "xxx.xxx.xxr.x.x.", "x.x.r.x.x.xxx.r."),
    "ride": ("x...x.x.x...x.x.", "x...x..xx...x..x", "x...x.x.x...x..."),
    "sparse": ("x.......x.......", "....x.......x...", "x..x..x..x..x.x."),
    "broken": ("x.x..xx.x.x..xx.", "x..xx..xx..xx..x", "x.x.xx.x.x.xx.x.", "..x.x..x..x.x.xx"),
    "none": ("................",),
}

PERCUSSION: Mapping[str, tuple[tuple[Drum, str], ...]] = {
    "shaker": (("shaker", "xoxoxoxoxoxoxoxo"), ("shaker", "o.X.o.X.o.X.o.X."), ("shaker", "xoXoxoXoxoXoxoXo")),
    "tambourine": (
        ("tambourine", "....X.......X..."),
        ("tambourine", "x.x.X.x.x.x.X.x."),
        ("tambourine", "xoxoXoxoxoxoXoxo"),
        ("tambourine", "..x...x...x...x."),
    ),
    "conga": (
        ("conga", "o.x.o.XXo.x.o.XX"),
        ("conga", "x..x..x.x..x..xx"),
        ("conga", "..x.x.....x.x.x."),
        ("conga", "x.ox..xxo.ox..xx"),
    ),
    "cowbell": (
        ("cowbell", "X...X...X...X..."),
        ("cowbell", "X.x.X.xxX.x.X.xx"),
        ("cowbell", "X..X..X...X.X..."),
        ("cowbell", "..X...X...X...X."),
    ),
    "claps": (
        ("clap", "....x.......x..."),
        ("clap", "x..x..x...x.x..."),
        ("clap", "............x.xx"),
        ("clap", "x...x...x...x..."),
    ),
    "clave": (
        ("rim", "X..X..X...X.X..."),
        ("rim", "..X.X...X..X..X."),
        ("rim", "X..X...X..X.X..."),
        ("rim", "...x..x....x..x."),
    ),
    "toms": (
        ("low_tom", "x.....x...x....."),
        ("mid_tom", "...x......x..x.."),
        ("high_tom", "..x...x..x....x."),
        ("low_tom", "X..x..x.X..x..xx"),
    ),
    "pedal": (("pedal_hat", "....x.......x..."), ("pedal_hat", "x...x...x...x...")),
    "random": (
        ("shaker", "?.?.?.?.?.?.?.?."),
        ("rim", "??.??.??.??.??.?"),
        ("conga", "????????????????"),
        ("cowbell", "?..?..?..?..?..?"),
    ),
}

COMPOUND_KICKS = ("X...........", "X.........x.", "X.....x.....", "X...x.......", "X.....X...x.", "X.x.......x.")
COMPOUND_SNARES = ("......X.....", "......X.....", "......X..o..", "....o.X...o.", "............")
COMPOUND_HATS = ("X.x.x.X.x.x.", "x.x.x.x.x.x.", "X.....x.....", "XoxoxoXoxoxo", "x...x.x...x.", "............")
"""For 6/8: twelve marks."""
WALTZ_KICKS = ("X...........", "X.......x...", "X.......x.x.", "X.x.........")
WALTZ_SNARES = ("....x...x...", "....X...X...", "........X...", "....X.......", "............")
WALTZ_HATS = ("x...x...x...", "x.x.x.x.x.x.", "....x...x...", "XoxoxoxoXoxo", "............")
"""For 3/4: twelve marks."""
