"""Chord progressions that many songs share, as Roman numerals (see `chords`), in families of one mode and taste.

All are commonplaces of harmony books; none stands for one song. The roots lie in the mode of their family.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """Progressions in one mode; the chords of one are separated by spaces and equally long."""

    mode: str
    progressions: tuple[str, ...]


FAMILIES: Mapping[str, Family] = {
    "pop major": Family(
        "major",
        (
            "I V vi IV",
            "vi IV I V",
            "I vi IV V",
            "IV V vi I",
            "I IV vi V",
            "I iii IV V",
            "IV I V vi",
            "I V IV V",
            "I ii IV V",
            "vi V IV V",
            "I V:3 vi IV",
            "I IV I V",
            "ii IV I V",
            "IV vi I V",
            "I I:3 IV V",
            "vi iii IV V",
        ),
    ),
    "pop minor": Family(
        "minor",
        (
            "i bVI bIII bVII",
            "bVI bVII i i",
            "i bVII bVI bVII",
            "i iv bVI bVII",
            "i bIII bVII iv",
            "bVI i bVII iv",
            "i v bVI bVII",
            "i bVI iv bVII",
            "i bIII iv bVI",
            "iv bVI i bVII",
            "i i bVI bVII",
            "bVI bIII i bVII",
        ),
    ),
    "rock major": Family("major", ("I IV V IV", "I IV I V", "I V IV I", "I I IV V", "vi IV I V", "I V ii IV", "I IV")),
    "rock mixolydian": Family(
        "mixolydian",
        ("I bVII IV I", "I bVII IV IV", "I IV bVII IV", "I I bVII IV", "I bVII", "bVII IV I I", "I v IV I"),
    ),
    "rock minor": Family(
        "minor",
        ("i bVII bVI bVII", "i bIII bVII bVI", "i bVI bVII i", "i iv bVII i", "i bVII iv i", "i i bVI bVII", "i v"),
    ),
    "heavy minor": Family(
        "minor",
        ("i i bVI bVII", "i bVI iv bVII", "i i i bVII", "i iv bVI v", "i bIII bVII bVI", "i i bVI bVI", "i bVI", "i"),
    ),
    "heavy phrygian": Family("phrygian", ("i bII", "i bII i bVII", "i i bII i", "i bII bIII bII", "i bVI bII i", "i")),
    "dorian vamp": Family("dorian", ("i7 IV7", "i7", "i IV", "i7 ii7", "i bVII IV i", "i9 IV9", "i7 i7 IV7 IV7", "i9")),
    "mixolydian vamp": Family("mixolydian", ("I7", "I7 IV", "I9", "I7 bVII", "I7sus4 I7", "I9 IV:5", "I7 v7")),
    "minor vamp": Family(
        "minor", ("i", "i bVI", "i7 iv7", "i bVII", "i9", "i iv", "i bVI bVI i", "i7 v7", "i bVII bVI")
    ),
    "lydian vamp": Family("lydian", ("I II", "Imaj7 II", "I II vi II", "Imaj7", "I V II I", "Iadd9 II", "Imaj7 iii7")),
    "ambient major": Family(
        "major", ("Iadd9 IVadd9", "Imaj7 vi7", "Isus2 I", "IVmaj7 Imaj7", "I vi", "Iadd9 Vsus4 IV I")
    ),
    "ambient minor": Family("minor", ("iadd9 bVImaj7", "i bVI", "iadd9 iv", "i7 bIIImaj7", "iadd9", "bVImaj7 i7")),
    "soul major": Family(
        "major",
        (
            "Imaj7 vi7 ii7 V7",
            "Imaj7 iii7 IVmaj7 V7sus4",
            "IVmaj7 iii7 ii7 Imaj7",
            "ii7 V7 Imaj7 Imaj7",
            "Imaj7 ii7 iii7 IVmaj7",
            "vi7 ii7 V7 Imaj7",
            "IVmaj7 V7 iii7 vi7",
            "I V7/vi vi7 IV",
            "Imaj9 vi9 IVmaj9 V7sus4",
        ),
    ),
    "soul minor": Family(
        "minor",
        (
            "i7 iv7 bVIImaj7 bIIImaj7",
            "i9 iv9",
            "i7 v7 iv7 v7",
            "bVImaj7 v7 i7 i7",
            "iv7 v7 i7 i7",
            "bVImaj9 i9",
            "i7 bVImaj7 iv7 v7",
            "bVImaj7 bVII i7 bIIImaj7",
            "i9 bVImaj7",
            "iv9 i9",
            "bVImaj7 bVII i7 v7",
        ),
    ),
    "gospel": Family(
        "major",
        (
            "I I:3 IV V7sus4",
            "I V7/IV IV ii7",
            "vi7 ii7 V7 I",
            "IV I:3 ii7 V7",
            "I:5 V7/vi vi V7/V",
            "I V7/vi vi7 IV",
            "IVmaj7 V7 iii7 vi7",
            "I IV I:5 V7sus4",
            "ii7 iii7 IV V13",
            "I vi7 ii9 V13",
        ),
    ),
    "jazz major": Family(
        "major",
        (
            "ii7 V7 Imaj7 Imaj7",
            "Imaj7 vi7 ii7 V7",
            "iii7 V7/ii ii7 V7",
            "Imaj7 V7/ii ii7 V13",
            "I6 vi7 ii9 V9",
            "ii9 V13 Imaj9 V7/ii",
            "Imaj7 IVmaj7 iii7 V7/ii ii7 V7 I6 V7",
            "Imaj7 V7/IV IVmaj7 V7",
        ),
    ),
    "jazz minor": Family(
        "harmonic minor",
        (
            "iim7b5 V7b9 i6 i6",
            "i7 iv7 iim7b5 V7",
            "i6 bVI7 iim7b5 V7b9",
            "imaj7 iv7 V7 i6",
            "i7 iv7 V7 i7",
            "iv7 i7 V7b9 i6",
        ),
    ),
    "blues": Family(
        "blues",
        (
            "I7 I7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7",
            "I7 IV7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 I7",
            "I7 I7 IV7 I7",
            "I7 IV7 I7 V7 IV7 V7 I7 V7",
            "i7 i7 i7 i7 iv7 iv7 i7 i7 V7 iv7 i7 V7",
            "I9 I9 IV9 I9 V9 IV9 I9 V9",
        ),
    ),
    "folk major": Family(
        "major", ("I IV I V", "I V vi IV", "I I IV V", "I vi ii V", "I IV V I", "I iii vi IV", "I V IV I", "I V7 V7 I")
    ),
    "folk dorian": Family("dorian", ("i bVII i i", "i IV bVII i", "i bVII IV i", "i v bVII i", "i bIII bVII i")),
    "country": Family(
        "major",
        ("I I IV I V V7 I I", "I IV I V", "I IV V I", "I V7 I IV", "I V7/V V V7", "vi IV I V", "IV I V I", "I V"),
    ),
    "reggae": Family("major", ("I IV", "I V vi IV", "I ii", "I IV V IV", "I vi ii V", "I iii IV V", "I I IV V")),
    "reggae minor": Family("minor", ("i iv", "i bVII", "i v", "i bVII bVI v", "i iv v iv", "i bIII bVII i")),
    "latin minor": Family(
        "harmonic minor", ("i iv V7 V7", "i V7", "i iv V7 i", "i i V7 V7", "iv i V7 i", "i V7 V7 i", "i bVI V7 V7")
    ),
    "latin major": Family("major", ("I IV V IV", "I V7", "I ii7 V7 I", "I IV V7 V7", "I vi ii V7", "ii7 V7 I vi")),
    "hijaz": Family(
        "phrygian dominant", ("I", "I bII", "I bvii", "I I bII I", "iv bII I I", "I bvii bII I", "iv I bvii I")
    ),
    "andalusian": Family(
        "phrygian", ("iv bIII bII I", "I bII", "I bII bIII bII", "iv bIII bII I I bII I I", "I bII I bvii")
    ),
    "bossa": Family(
        "major",
        (
            "Imaj7 V7/V ii7 V7",
            "I6 ii7 V7 I6",
            "Imaj7 vi7 ii9 V13",
            "Imaj9 Imaj9 ii7 V7",
            "iii7 V7/ii ii7 V7",
            "IVmaj7 iii7 ii7 Imaj7",
        ),
    ),
    "hymn": Family(
        "major", ("I V:3 vi IV", "I IV I:5 V7", "I iii IV V", "vi IV I:3 V", "I V vi iii IV I:3 ii7 V", "I ii7 V7 I")
    ),
    "lament": Family(
        "harmonic minor",
        ("i V7 i iv", "i iv V i", "i bVI iv V7", "i V:3 i iv", "i iv i:5 V7", "bVI iv V7 i", "i iidim V7 i"),
    ),
    "cinematic": Family(
        "minor", ("i bVI bIII bVII", "i iv bVI v", "i bVI", "i bIII iv bVI", "i i bVI bVII", "bVI bVII i i")
    ),
}
