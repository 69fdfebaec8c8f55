"""Few bits and a low rate, as early samplers and phones had, with all the aliasing that this makes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.synthesis.mixing.sounds import Sound, peak


@dataclass(frozen=True)
class Crusher:
    """Holds samples and rounds them."""

    bits: float
    """Of the whole range up to the sound's own peak; need not be whole."""
    held_samples: float = 1.0
    """How long a sample is held; need not be whole."""
    mix: float = 1.0

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound in steps."""
        top = peak(sound)
        if top == 0.0:
            return sound
        turns = np.floor(np.arange(sound.shape[-1]) / self.held_samples)
        held = sound[:, (turns * self.held_samples).astype(np.int64)]
        step = np.float32(top * 2.0 ** (1.0 - self.bits))
        crushed = np.round(held / step) * step
        return np.float32(1.0 - self.mix) * sound + np.float32(self.mix) * crushed
