"""Singers: a source of phrases, a throat and habits; and the sets that singers are drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Protocol

import numpy as np

from training.synthesis.scores import VocalLine, VocalPart
from training.synthesis.voices.bands import FRAME_SECONDS
from training.synthesis.voices.delivery import Delivery, draw_delivery
from training.synthesis.voices.excitation import Glottis
from training.synthesis.voices.performance import Mono, Performance, sing_phrase, with_inhaling
from training.synthesis.voices.phrases import Air, PhraseSource, with_air, wordless
from training.synthesis.voices.speakers import Judgement

WORDLESS_SHARES: Mapping[VocalPart, float] = MappingProxyType(
    {"lead": 0.03, "harmony": 0.1, "backing": 0.5, "ad_lib": 0.2, "choir": 0.6}
)
"""How many lines of each part are sung on one vowel."""
MOST_WORDS = 6
"""So many different spoken phrases a line has; a longer one repeats some, as songs do."""


class Singer(Protocol):
    """Sings lines."""

    @property
    def name(self) -> str:
        """For the facts of a song."""
        ...

    @property
    def judgement(self) -> Judgement:
        """Of the voice: what is asked of who publishes the sound."""
        ...

    @property
    def source(self) -> PhraseSource:
        """Where the words come from; choirs and vocoders take them, too."""
        ...

    @property
    def low_pitch(self) -> float:
        """Lowest comfortable pitch, in semitones as MIDI counts them."""
        ...

    @property
    def high_pitch(self) -> float:
        """Highest comfortable pitch."""
        ...

    def perform(self, line: VocalLine, rng: np.random.Generator) -> Performance:
        """Return a line as this singer sings it, from which sound and layers are made."""
        ...

    def sing(self, line: VocalLine, samples: int, rng: np.random.Generator) -> Mono:
        """Return the sound of a line, (samples,) at 44.1 kHz, silent outside its phrases and their breaths."""
        ...


class SingerSet(Protocol):
    """Where singers come from."""

    def singer(self, rng: np.random.Generator) -> Singer:
        """Draw one."""
        ...


@dataclass(frozen=True)
class SeveralSets:
    """Singers from several sets."""

    sets: tuple[SingerSet, ...]
    weights: tuple[float, ...]
    """How often each is drawn from."""

    def singer(self, rng: np.random.Generator) -> Singer:
        """Draw a set, then one of its singers."""
        shares = np.array(self.weights) / np.sum(self.weights)
        return self.sets[int(rng.choice(len(self.sets), p=shares))].singer(rng)


@dataclass(frozen=True)
class VoiceSinger:
    """A singer whose words come from spoken phrases."""

    name: str
    low_pitch: float
    high_pitch: float
    source: PhraseSource
    formant_shift: float = 1.0
    """How much higher the formants lie than those of the phrases: a shorter throat."""
    judgement: Judgement = "free"
    """Of the voice that the phrases come from."""
    air: Air = field(default_factory=Air)
    vibrato_hz: float | None = None
    """A habit; None draws it for each line."""

    def perform(self, line: VocalLine, rng: np.random.Generator) -> Performance:
        """Return a line, sung; see `Singer`."""
        delivery = draw_delivery(line.style, rng)
        if self.vibrato_hz is not None:
            delivery = replace(delivery, vibrato_hz=self.vibrato_hz)
        sung_notes = [notes for notes in line.phrases if notes]
        words = [with_air(self.source.phrase(rng), self.air) for _ in sung_notes[:MOST_WORDS]]
        if words and rng.uniform() < WORDLESS_SHARES[line.part]:
            words = [wordless(words[0], rng)]
        phrases = []
        free_from = 0.0
        for number, notes in enumerate(sung_notes):
            chosen = words[number] if number < len(words) else words[int(rng.integers(len(words)))]
            sung = sing_phrase(notes, chosen, delivery, rng)
            if rng.uniform() < delivery.inhaling:
                sung = with_inhaling(sung, sung.start_seconds - free_from, rng)
            free_from = sung.start_seconds + len(sung.voice.pitch_hz) * FRAME_SECONDS
            phrases.append(sung)
        return Performance(tuple(phrases), round(self.formant_shift, 2), glottis_of(delivery, rng))

    def sing(self, line: VocalLine, samples: int, rng: np.random.Generator) -> Mono:
        """Return the sound of a line; see `Singer`."""
        return self.perform(line, rng).sound(samples, rng)


def glottis_of(delivery: Delivery, rng: np.random.Generator) -> Glottis:
    """Return vocal folds as regular as a manner of singing has them."""
    return Glottis(
        delivery.jitter,
        delivery.shimmer,
        min(0.9, delivery.subharmonic),
        int(rng.integers(2, 4)),
        min(0.9, delivery.growl),
        float(rng.uniform(30.0, 90.0)),
        float(rng.uniform(0.2, 0.9)),
    )
