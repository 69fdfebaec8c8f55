"""Effects for the upper part of a sound only: wide treble over a bass that stays in the middle."""

from __future__ import annotations

from dataclasses import dataclass

from training.synthesis.mixing.effect import Effect
from training.synthesis.mixing.equaliser import high_pass
from training.synthesis.mixing.sounds import Sound, middle, stereo


@dataclass(frozen=True)
class AboveCrossover:
    """Sends what is above a frequency through an effect; both parts add up to the sound again."""

    effect: Effect
    crossover_hz: float
    mono_below: bool = True
    """Whether the part below becomes the same in both ears."""

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound with another upper part."""
        upper = high_pass(self.crossover_hz)(sound)
        low, high = sound - upper, self.effect(upper)
        low = middle(low) if self.mono_below else low
        return low + (stereo(high) if len(low) > len(high) else high)
