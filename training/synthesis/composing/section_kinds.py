"""What sections of a song are like, and the orders in which they follow each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class SectionKind:
    """A kind of section."""

    bars: Mapping[int, float]
    """Lengths and how likely they are."""
    intensity: tuple[float, float]
    """From 0 (bare) to 1 (full)."""
    sung: float
    """How likely the lead voice sings in it, in a song that has one."""
    tune: str
    """Sections of the same tune share chords and melody."""


SECTION_KINDS: Mapping[str, SectionKind] = {
    "intro": SectionKind({2: 1, 4: 3, 8: 1}, (0.1, 0.65), 0.1, "verse"),
    "verse": SectionKind({4: 1, 8: 3, 12: 0.3, 16: 0.3}, (0.35, 0.7), 0.97, "verse"),
    "pre-chorus": SectionKind({2: 1, 4: 3, 8: 0.5}, (0.5, 0.75), 0.95, "pre-chorus"),
    "chorus": SectionKind({4: 1.5, 8: 3}, (0.75, 1.0), 0.97, "chorus"),
    "post-chorus": SectionKind({2: 1, 4: 2}, (0.7, 1.0), 0.6, "chorus"),
    "bridge": SectionKind({4: 2, 8: 1}, (0.25, 0.75), 0.75, "bridge"),
    "interlude": SectionKind({2: 1, 4: 2}, (0.3, 0.7), 0.1, "verse"),
    "solo": SectionKind({4: 2, 8: 2}, (0.6, 0.95), 0.08, "chorus"),
    "outro": SectionKind({2: 1, 4: 2, 8: 1}, (0.15, 0.85), 0.4, "chorus"),
    "breakdown": SectionKind({4: 2, 8: 1}, (0.05, 0.35), 0.5, "bridge"),
    "build": SectionKind({2: 0.5, 4: 2, 8: 1}, (0.4, 0.75), 0.4, "bridge"),
    "drop": SectionKind({4: 1, 8: 3}, (0.85, 1.0), 0.35, "chorus"),
    "groove": SectionKind({4: 1, 8: 2}, (0.55, 0.85), 0.7, "verse"),
    "break": SectionKind({2: 1, 4: 1}, (0.1, 0.5), 0.3, "verse"),
    "hook": SectionKind({4: 2, 8: 2}, (0.65, 1.0), 0.97, "chorus"),
    "rap": SectionKind({8: 2, 12: 1, 16: 1}, (0.45, 0.75), 1.0, "verse"),
    "head": SectionKind({8: 3, 12: 1, 16: 0.5}, (0.4, 0.75), 0.9, "verse"),
    "twelve bars": SectionKind({12: 1}, (0.5, 0.9), 0.85, "verse"),
    "drift": SectionKind({4: 1, 8: 2}, (0.05, 0.35), 0.4, "verse"),
    "swell": SectionKind({4: 2, 8: 2}, (0.4, 0.85), 0.5, "chorus"),
}

FORMS: Mapping[str, tuple[str, ...]] = {
    "song": (
        "intro",
        "verse",
        "pre-chorus?",
        "chorus",
        "post-chorus?",
        "interlude?",
        "verse",
        "pre-chorus?",
        "chorus",
        "bridge|solo|breakdown|interlude",
        "chorus",
        "chorus?",
        "outro",
    ),
    "short song": (
        "intro?",
        "verse",
        "chorus",
        "verse",
        "chorus",
        "solo|bridge|interlude",
        "verse?",
        "chorus",
        "outro?",
    ),
    "chorus first": (
        "chorus",
        "interlude?",
        "verse",
        "pre-chorus?",
        "chorus",
        "verse",
        "bridge|breakdown",
        "chorus",
        "outro",
    ),
    "club": (
        "intro",
        "groove",
        "breakdown?",
        "build",
        "drop",
        "drop?",
        "interlude?",
        "groove|verse",
        "breakdown",
        "build",
        "drop",
        "outro",
    ),
    "pop club": (
        "intro?",
        "verse",
        "build|pre-chorus",
        "drop",
        "verse",
        "build",
        "drop",
        "breakdown|bridge",
        "drop",
        "outro?",
    ),
    "track": ("intro", "groove", "groove", "break", "groove", "breakdown", "build?", "groove", "drop", "outro"),
    "beat": ("intro?", "hook?", "rap", "hook", "rap", "hook", "bridge|breakdown|interlude", "hook", "outro?"),
    "vamp": ("intro?", "groove", "chorus", "break?", "groove", "chorus", "solo", "break", "groove", "chorus", "outro?"),
    "jazz": ("intro?", "head", "solo", "solo", "bridge?", "head", "outro?"),
    "blues": ("intro?", "twelve bars", "twelve bars", "solo", "twelve bars", "outro?"),
    "drift": ("drift", "swell?", "drift", "swell", "breakdown", "swell", "drift"),
    "strophes": ("intro?", "verse", "interlude?", "verse", "verse", "interlude|solo|bridge", "verse", "outro?"),
}
"""Section names in order. "?" may be missing, "|" separates alternatives; both are decided once for a song."""
