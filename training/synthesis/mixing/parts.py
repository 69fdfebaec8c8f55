"""What the players hand to the mixing desk, and what the desk hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from training.synthesis.mixing.effect import Facts
from training.synthesis.mixing.sounds import Sound


@dataclass(frozen=True)
class PlayedPart:
    """One line as played."""

    name: str
    """What it is for: a role such as "pad", or a vocal part such as "lead"."""
    sound: Sound


@dataclass(frozen=True)
class PlayedParts:
    """All of a song that was played. What is missing is silent."""

    samples: int
    drums: Mapping[str, Sound]
    """Buses of the kit: kick, snare, toms, cymbals, percussion."""
    bass: Sound | None
    others: tuple[PlayedPart, ...]
    vocals: tuple[PlayedPart, ...]


@dataclass(frozen=True)
class Mix:
    """A mixed song."""

    stems: dict[str, Sound]
    """By the names of audio.stems.STEMS, each (2, samples); their sum is the mixture, and no sample is beyond +-1."""
    facts: Facts
    """Every effect and level."""
