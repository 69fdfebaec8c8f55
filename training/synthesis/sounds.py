"""Who makes a song: the composer, the instruments, the singers and the mixing desk, as one bundle.

`pure_sounds` needs numpy and scipy only. `rich_sounds` needs the Debian packages of docs/sound_sources.md and a bank of
voices (`training.synthesis.voices.bank`); it is what training songs are made with.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np

from training.synthesis.instruments.interfaces import JUDGEMENTS, InstrumentSet, Judgement, Sound, Source
from training.synthesis.mixing.parts import Mix, PlayedParts
from training.synthesis.scores import Score, VocalLine

Composer: TypeAlias = Callable[[np.random.Generator, float], Score]
"""Random numbers and a length in seconds to a song."""
Mixer: TypeAlias = Callable[[PlayedParts, Score, np.random.Generator], Mix]
"""What was played, the score and random numbers to a mixed song."""
FORMANT_SHARE = 0.12
"""How often the rich set takes a singer of the pure one."""


@dataclass(frozen=True)
class SungLine:
    """A vocal line as it was sung."""

    sound: Sound
    singer: str
    sources: tuple[Source, ...]
    arrangement: str
    """For example "double"."""


class Vocalists(Protocol):
    """Sing all vocal lines of a song."""

    def sing(self, lines: Sequence[VocalLine], samples: int, beat_seconds: float, seed: int) -> list[SungLine]:
        """Return a sung line for each line, each of (2, samples); the same seed gives the same bytes."""
        ...


@dataclass(frozen=True)
class Sounds:
    """Everything that makes a song."""

    name: str
    """"pure" or "rich"; songs made with one are not those made with the other."""
    compose: Composer
    instruments: InstrumentSet
    vocalists: Vocalists
    mix: Mixer
    """The mixing desk."""


def pure_sounds() -> Sounds:
    """Return the sounds that need no system package."""
    from training.synthesis.composing import compose
    from training.synthesis.instruments.pure import PureInstruments
    from training.synthesis.mixing.desk import mix
    from training.synthesis.vocalists import OwnVocalists
    from training.synthesis.voices.formant_singer import PureSingers

    return Sounds("pure", compose, PureInstruments(), OwnVocalists(PureSingers()), mix)


def rich_sounds(voice_bank: Path, judgements: Collection[Judgement] = JUDGEMENTS) -> Sounds:
    """Return soundfonts, sampled kits, spoken voices and our own synthesisers together.

    Args:
        voice_bank: Folder of `training.synthesis.voices.bank.build_bank`.
        judgements: Sources judged otherwise are not used: ("free", "credit") makes songs that may be published.

    Raises:
        KitError: Packages or voices are missing; the message names them.
    """
    from training.synthesis.composing import compose
    from training.synthesis.instruments.rich import RichInstruments
    from training.synthesis.mixing.desk import mix
    from training.synthesis.vocalists import OwnVocalists
    from training.synthesis.voices.formant_singer import PureSingers
    from training.synthesis.voices.singing import SeveralSets
    from training.synthesis.voices.spoken_singers import SpokenSingers

    spoken = SpokenSingers.open(voice_bank, judgements)
    singers = SeveralSets((spoken, PureSingers()), (1.0 - FORMANT_SHARE, FORMANT_SHARE))
    instruments = RichInstruments.open(judgements)
    return Sounds(rich_name(judgements), compose, instruments, OwnVocalists(singers), mix)


def rich_name(judgements: Collection[Judgement]) -> str:
    """Return the name of the rich sounds that are limited to some judgements."""
    return "rich" if set(judgements) == set(JUDGEMENTS) else f"rich ({', '.join(sorted(judgements))})"
