"""What happens to the whole mixture, done so that the stems still add up to it.

A compressor, a limiter and a clipper are gains over time: what the mixture becomes divided by what it was. The gain is
read off the mixture and multiplied onto every stem, so each keeps its share and the sum is the processed mixture
exactly. Equalisers, width and a band limit are linear: the same one on every stem is one on the sum. Nothing else is
done to the mixture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from training.synthesis.draws import between, chance, log_between, pick
from training.synthesis.mixing.band_limit import BandLimit
from training.synthesis.mixing.compressor import Compressor
from training.synthesis.mixing.equaliser import Band, Equaliser, steep
from training.synthesis.mixing.image import Width
from training.synthesis.mixing.limiter import Clipper, Limiter
from training.synthesis.mixing.sounds import Sound, active_level_dbfs, peak, scaled
from training.synthesis.mixing.treatment import Treatment

StemSounds: TypeAlias = Mapping[str, Sound]
MONO_SHARE, OLD_SHARE, WIDENED_SHARE, LIMITED_SHARE = 0.03, 0.015, 0.15, 0.15
"""Of songs in mono, as old recordings sounded, made wider or narrower, and stored by a codec that cut their treble."""
LARGEST_PEAK = 0.999
BAND_LIMITS_HZ = (11_000.0, 15_000.0, 16_000.0, 16_000.0, 16_000.0, 17_000.0, 19_000.0, 20_000.0)


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


Linear: TypeAlias = Equaliser | Width | BandLimit
Step: TypeAlias = SharedGain | Linear


def draw_master(treatment: Treatment, rng: np.random.Generator) -> tuple[Step, ...]:
    """Draw what is done to the mixture."""
    steps: list[Step] = [*_draw_image(rng), Loudness(-18.0)]
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
    if chance(rng, LIMITED_SHARE):
        steps.append(BandLimit(pick(rng, BAND_LIMITS_HZ)))
    return tuple(steps)


def _draw_image(rng: np.random.Generator) -> list[Step]:
    if chance(rng, OLD_SHARE):
        low_cut = steep("high_pass", log_between(rng, 80.0, 300.0), 1)
        return [Width(0.0), Equaliser((*low_cut, *steep("low_pass", log_between(rng, 3000.0, 8000.0), 2)))]
    if chance(rng, MONO_SHARE):
        return [Width(0.0)]
    if chance(rng, WIDENED_SHARE):
        return [Width(between(rng, 0.3, 1.8), log_between(rng, 100.0, 600.0))]
    return []


def mastered(stems: StemSounds, steps: tuple[Step, ...]) -> dict[str, Sound]:
    """Return the stems of the mastered mixture: their sum is the sum before, sent through the steps."""
    done, mixture = dict(stems), total(stems)
    # Gains in a row are multiplied with each other and then onto the stems, all at once.
    gains: NDArray[np.float32] = np.ones((1, 1), np.float32)
    for step in steps:
        if isinstance(step, Linear):
            done = {stem: step(sound * gains) for stem, sound in done.items()}
            mixture, gains = total(done), np.ones((1, 1), np.float32)
        else:
            now = step.gains(mixture)
            mixture, gains = mixture * now, gains * now
    return {stem: sound * gains for stem, sound in done.items()}


def at_final_peak(stems: StemSounds, rng: np.random.Generator) -> tuple[dict[str, Sound], float]:
    """Scale what is louder than full scale, and some songs further down: not every file is normalised."""
    highest = LARGEST_PEAK * 10.0 ** (-between(rng, 0.0, 12.0) / 20.0) if chance(rng, 0.25) else LARGEST_PEAK
    loudest = max(peak(total(stems)), *(peak(sound) for sound in stems.values()))
    gain = np.float32(min(1.0, highest / max(loudest, 1e-9)))
    return {stem: sound * gain for stem, sound in stems.items()}, round(float(gain * loudest), 3)


def total(stems: StemSounds) -> Sound:
    """Return the sum of the stems, added in the order of their names."""
    first, *others = (stems[name] for name in sorted(stems))
    mixture = first.copy()
    for sound in others:
        mixture += sound
    return mixture
