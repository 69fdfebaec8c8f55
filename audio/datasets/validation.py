"""The 14 songs of MUSDB18's training part that the field holds out for validation.

The package musdb names them (`configs/mus.yaml`, https://github.com/sigsep/sigsep-mus-db); Open-Unmix, Demucs and most
later papers train on the other 86 of the 100.
"""

from __future__ import annotations

VALIDATION_TRACKS = frozenset(
    {
        "ANiMAL - Rockshow",
        "Actions - One Minute Smile",
        "Alexander Ross - Goodbye Bolero",
        "Clara Berry And Wooldog - Waltz For My Victims",
        "Fergessen - Nos Palpitants",
        "James May - On The Line",
        "Johnny Lokke - Promises & Lies",
        "Leaf - Summerghost",
        "Meaxic - Take A Step",
        "Patrick Talbot - A Reason To Leave",
        "Skelpolu - Human Mistakes",
        "Traffic Experiment - Sirens",
        "Triviul - Angelsaint",
        "Young Griffo - Pennies",
    }
)
