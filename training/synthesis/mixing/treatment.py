"""How a song is produced: what the chains of one song have in common, from the dry demo to the heavily processed hit.

Genres only lean: every song draws how much is done to it, so that each genre has bare and dense songs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from training.synthesis.draws import between, chance
from training.synthesis.mixing.rooms import Room
from training.synthesis.mixing.spaces import draw_long_room, draw_short_room


@dataclass(frozen=True)
class Lean:
    """Where the songs of a genre lean to, each from 0 to 1."""

    heaviness: float = 0.5
    """How much is processed."""
    rooms: float = 0.5
    """How much reverberation there is."""
    pumping: float = 0.15
    """Share of songs in which the kick ducks others."""


_QUIET, _BAND, _GUITARS = Lean(0.3, 0.5, 0.0), Lean(0.45, 0.4, 0.02), Lean(0.65, 0.45, 0.03)
_CLUB, _STUDIO, _WASHED = Lean(0.7, 0.55, 0.6), Lean(0.65, 0.45, 0.25), Lean(0.5, 0.85, 0.1)
_LEANINGS = (
    (_QUIET, ("country", "folk", "bluegrass", "bossa nova", "jazz", "swing", "blues")),
    (_QUIET, ("ballad", "chanson", "singer-songwriter")),
    (_BAND, ("soul", "funk", "reggae", "ska", "salsa", "flamenco pop", "gospel", "indie", "cumbia", "rock and roll")),
    (_GUITARS, ("rock", "punk", "metal", "industrial", "progressive rock")),
    (_CLUB, ("house", "techno", "trance", "drum and bass", "dubstep", "uk garage", "disco")),
    (_STUDIO, ("pop", "synth-pop", "hip hop", "trap", "r&b", "reggaeton", "afrobeats", "hyperpop", "levantine pop")),
    (_WASHED, ("shoegaze", "ambient", "cinematic", "lo-fi")),
)
LEANS: Mapping[str, Lean] = MappingProxyType({genre: lean for lean, genres in _LEANINGS for genre in genres})
"""By the names of `training.synthesis.composing.GENRES`; others lean nowhere."""


@dataclass(frozen=True)
class Treatment:
    """What the chains of one song share."""

    heaviness: float
    rooms: float
    pumping: bool
    beat_seconds: float
    long_room: Room
    short_room: Room
    """Rooms that several parts of the song stand in."""

    def likely(self, rng: np.random.Generator, bare: float, heavy: float) -> bool:
        """Return whether something happens that is so likely in bare and in heavily processed songs."""
        return chance(rng, bare + (heavy - bare) * self.heaviness)

    def roomy(self, rng: np.random.Generator, dry: float, wet: float) -> bool:
        """Return whether something happens that is so likely in dry songs and in those full of rooms."""
        return chance(rng, dry + (wet - dry) * self.rooms)


def draw_treatment(genre: str, beat_seconds: float, rng: np.random.Generator) -> Treatment:
    """Draw how a song of a genre is produced."""
    lean = LEANS.get(genre, Lean())
    return Treatment(
        heaviness=_around(lean.heaviness, rng),
        rooms=_around(lean.rooms, rng),
        pumping=chance(rng, lean.pumping),
        beat_seconds=beat_seconds,
        long_room=draw_long_room(rng),
        short_room=draw_short_room(rng),
    )


def _around(mean: float, rng: np.random.Generator) -> float:
    return float(np.clip(mean + between(rng, -0.5, 0.5), 0.0, 1.0))
