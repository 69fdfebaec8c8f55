"""Where the notes of a chord are put: close or spread, near to where they were before."""

from __future__ import annotations

from typing import Literal

from training.synthesis.composing.chords import Chord
from training.synthesis.composing.registers import moved_into

Voicing = Literal["close", "open", "power", "shell", "wide", "thirds", "octave"]


def voiced(chord: Chord, voicing: Voicing, centre: float, bounds: tuple[int, int]) -> tuple[int, ...]:
    """Return the pitches of a chord, rising.

    Args:
        chord: What sounds.
        voicing: "close" (the inversion nearest to the centre), "open" (its second highest note an octave lower),
            "power" (root, fifth, root), "shell" (neither root nor fifth), "wide" (the root low and the others above),
            "thirds" (two notes) or "octave" (the root twice).
        centre: Pitch around which the notes should lie; the mean of the chord before leads the voices well.
        bounds: Lowest and highest pitch, at least two octaves apart.
    """
    low, high = bounds
    root = _near(chord.root, centre - 4.0, low, high)
    if voicing == "power":
        pitches = [root, root + chord.fifth, root + 12]
    elif voicing == "octave":
        pitches = [root, root + 12]
    elif voicing == "wide":
        pitches = [_near(chord.bass, centre - 14.0, low, high), *_close(chord, centre)]
    elif voicing == "shell":
        fifthless = [interval for interval in chord.intervals if interval not in (0, 7)] or [0]
        pitches = [_near((chord.root + interval) % 12, centre, low, high) for interval in fifthless]
    elif voicing == "thirds":
        pitches = _close(chord, centre)[-2:]
    elif voicing == "open":
        close = _close(chord, centre)
        pitches = [*close[:-2], close[-2] - 12, close[-1]] if len(close) > 2 else close
    else:
        pitches = _close(chord, centre)
    return tuple(sorted({moved_into(pitch, low, high) for pitch in pitches}))


def _close(chord: Chord, centre: float) -> list[int]:
    """Return the notes within an octave whose mean is nearest to the centre."""
    classes = sorted(chord.pitch_classes)
    base = round(centre) // 12 * 12
    stacks = []
    for turn in range(len(classes)):
        for octave in (-12, 0):
            stacks.append(
                [base + octave + pitch for pitch in classes[turn:]]
                + [base + octave + 12 + pitch for pitch in classes[:turn]]
            )
    return min(stacks, key=lambda stack: abs(sum(stack) / len(stack) - centre))


def _near(pitch_class: int, centre: float, low: int, high: int) -> int:
    """Return the pitch of a pitch class that is nearest to the centre."""
    pitch = round(centre) + (pitch_class - round(centre) + 6) % 12 - 6
    return moved_into(pitch, low, high)
