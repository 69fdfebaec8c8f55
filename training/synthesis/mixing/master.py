"""What happens to the whole mixture, done so that the stems still add up to it.

A compressor, a limiter and a clipper are gains over time: what the mixture becomes divided by what it was. The gain is
read off the mixture and multiplied onto every stem, so each keeps its share and the sum is the processed mixture
exactly. Equalisers are linear: the same one on every stem is one on the sum. Nothing else is done to the mixture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from training.synthesis.draws import between, chance, log_between
from training.synthesis.mixing.compressor import Compressor
from training.synthesis.mixing.equaliser import Band, Equaliser
from training.synthesis.mixing.limiter import Clipper, Limiter
from training.synthesis.mixing.sounds import Sound, active_level_dbfs, scaled
from training.synthesis.mixing.treatment import Treatment

StemSounds: TypeAlias = Mapping[str, Sound]


class SharedGain(Protocol):
    """An effect that is a gain over time."""

    def gains(self, sound: Sound) -> NDArray[np.float32]:
        """Return the gains that this sound gets, shape (samples,) or as the sound."""
        ...


@dataclass(frozen=True)
class Loudness:
    """Brings the mixture to a level, so that what follows works as hard as it should."""

    level_dbfs: float

    def gains(self, sound: Sound) -> NDArray[np.float32]:
        """Return one gain for the whole song."""
        return scaled(np.ones((1, 1), np.float32), self.level_dbfs - active_level_dbfs(sound))


Step: TypeAlias = SharedGain | Equaliser


def draw_master(treatment: Treatment, rng: np.random.Generator) -> tuple[Step, ...]:
    """Draw what is done to the mixture."""
    steps: list[Step] = [Loudness(-18.0)]
    if chance(rng, 0.25):
        bands = [Band("low_shelf", between(rng, 60.0, 200.0), between(rng, -3.0, 3.0))]
        bands += [Band("high_shelf", between(rng, 4000.0, 12_000.0), between(rng, -4.0, 4.0))]
        bands += [Band("peak", log_between(rng, 200.0, 5000.0), between(rng, -3.0, 3.0), between(rng, 0.4, 1.0))]
        steps.append(Equaliser(tuple(bands)))
    if treatment.likely(rng, 0.3, 0.8):
        attack_seconds, release_seconds = log_between(rng, 0.003, 0.05), log_between(rng, 0.06, 0.5)
        steps.append(Compressor(between(rng, -18.0, -4.0), between(rng, 1.3, 4.0), attack_seconds, release_seconds))
    loud = treatment.likely(rng, 0.1, 0.9)
    steps.append(Loudness(between(rng, -16.0, -8.0) if loud else between(rng, -24.0, -15.0)))
    if treatment.likely(rng, 0.1, 0.6):
        steps.append(Clipper(between(rng, -3.0, 0.0), between(rng, 0.0, 0.9)))
    if loud or chance(rng, 0.5):
        steps.append(Limiter(between(rng, -1.5, 0.0), log_between(rng, 0.001, 0.006), log_between(rng, 0.02, 0.3)))
    return tuple(steps)


def mastered(stems: StemSounds, steps: tuple[Step, ...]) -> dict[str, Sound]:
    """Return the stems of the mastered mixture: their sum is the sum before, sent through the steps."""
    done = dict(stems)
    for step in steps:
        if isinstance(step, Equaliser):
            done = {stem: step(sound) for stem, sound in done.items()}
        else:
            gains = step.gains(total(done))
            done = {stem: sound * gains for stem, sound in done.items()}
    return done


def total(stems: StemSounds) -> Sound:
    """Return the sum of the stems, added in the order of their names."""
    first, *others = (stems[name] for name in sorted(stems))
    mixture = first.copy()
    for sound in others:
        mixture += sound
    return mixture
