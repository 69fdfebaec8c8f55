"""Which pitches an instrument can play well, and how to bring a pitch into a range."""

from __future__ import annotations

from collections.abc import Mapping

from training.synthesis.scores import Role

PLAYABLE: Mapping[Role, tuple[int, int]] = {
    "bass": (23, 62),
    "piano": (33, 98),
    "electric_piano": (33, 91),
    "organ": (36, 94),
    "acoustic_guitar": (40, 84),
    "clean_guitar": (40, 86),
    "distorted_guitar": (35, 86),
    "pluck": (40, 96),
    "mallet": (48, 96),
    "pad": (36, 92),
    "strings": (36, 96),
    "brass": (43, 82),
    "reed": (46, 84),
    "flute": (60, 94),
    "synth_chords": (36, 92),
    "arpeggio": (40, 98),
    "lead_synth": (45, 96),
    "lead_guitar": (42, 88),
    "folk": (45, 88),
    "effects": (36, 96),
}
"""Lowest and highest MIDI pitch that the composer writes for each role."""


def moved_into(pitch: int, low: int, high: int) -> int:
    """Return the pitch an octave or more away if need be, so that it lies from low to high (an octave or more)."""
    while pitch < low:
        pitch += 12
    while pitch > high:
        pitch -= 12
    return pitch
