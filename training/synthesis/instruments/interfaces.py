"""What the mixing desk asks of whoever plays: one line of notes, one drum kit, and the set that they are drawn from.

A sound is float32 of shape (2, samples) at 44.1 kHz. An instrument is drawn once for a song, with a patch of its own
(oscillators, filter, envelope, drive); `play` draws only small things (phases, timing), from the generator it is given,
so that the same generator gives the same bytes. Every played line has a peak of at most `levels.PEAK`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from training.synthesis.scores import Hit, Note, Role

Sound: TypeAlias = NDArray[np.float32]
"""Stereo, (2, samples), at audio.stems.SAMPLE_RATE."""

Mono: TypeAlias = NDArray[np.float32]
"""(samples,), at audio.stems.SAMPLE_RATE."""

Rng: TypeAlias = np.random.Generator

Bus = Literal["kick", "snare", "toms", "cymbals", "percussion"]
"""The channels of a drum kit on the mixing desk."""
BUSES: tuple[Bus, ...] = get_args(Bus)

Judgement = Literal["free", "credit", "copyleft"]
"""What is asked of a sound made with a source; docs/sound_sources.md says how each was judged."""
JUDGEMENTS: tuple[Judgement, ...] = get_args(Judgement)


@dataclass(frozen=True)
class Source:
    """Where sounds come from, for a song's metadata."""

    name: str
    judgement: Judgement
    credit: str = ""
    """Who is named where the sound is published; empty where nobody has to be."""


OWN = Source("own synthesis", "free")
"""Sounds that this package computes."""


class Instrument(Protocol):
    """Plays one line."""

    @property
    def name(self) -> str:
        """What it is, for the song's metadata."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where its sounds come from."""

    def play(self, notes: Sequence[Note], samples: int, rng: Rng) -> Sound:
        """Return the line, (2, samples); what rings on past the end is cut. No notes give silence."""


class DrumKit(Protocol):
    """Plays all drums of a song."""

    @property
    def name(self) -> str:
        """What it is, for the song's metadata."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where its sounds come from."""

    def play(self, hits: Sequence[Hit], samples: int, rng: Rng) -> dict[str, Sound]:
        """Return a sound (2, samples) for each of BUSES that is hit; their sum has a peak of at most levels.PEAK."""


class InstrumentSet(Protocol):
    """Where a song finds its instruments."""

    def instrument(self, role: Role, rng: Rng) -> Instrument:
        """Draw an instrument for a role."""

    def drum_kit(self, genre: str, rng: Rng) -> DrumKit:
        """Draw a drum kit; a genre that is not known gets any kind."""
