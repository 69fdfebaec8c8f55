"""Echoes: a delay line with a filter in its feedback, straight or from side to side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter, sos2tf

from audio.stems import SAMPLE_RATE
from training.synthesis.mixing.equaliser import Band, Equaliser
from training.synthesis.mixing.sounds import Sound, middle, scaled, stereo

_SHORTEST_SAMPLES = 64


@dataclass(frozen=True)
class Delay:
    """Adds echoes."""

    seconds: float
    """Between two echoes."""
    feedback: float
    """Each echo relative to the one before."""
    level_db: float
    """Of the first echo relative to the sound."""
    low_cut_hz: float = 200.0
    high_cut_hz: float = 6000.0
    """Every echo goes through these filters once more than the one before."""
    ping_pong: bool = False
    """Whether echoes of the middle go from side to side, the left one first."""
    dry: bool = True
    """Whether the dry sound stays."""

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound and its echoes; (2, samples) with ping-pong."""
        source = stereo(sound) if self.ping_pong else sound
        wet = scaled(self.echoes(source), self.level_db)
        return source + wet if self.dry else wet

    def echoes(self, sound: Sound) -> Sound:
        """Return the echoes alone, the first as loud as the sound but for the filters."""
        # What an echo is made of is over when it starts, so a whole delay time is computed at once.
        step = max(_SHORTEST_SAMPLES, round(self.seconds * SAMPLE_RATE))
        bands = (Band("high_pass", self.low_cut_hz, quality=0.5), Band("low_pass", self.high_cut_hz, quality=0.5))
        above, below = sos2tf(Equaliser(bands).sections())
        state = np.zeros((len(sound), len(below) - 1))
        echoes, samples = np.zeros_like(sound), sound.shape[-1]
        if self.ping_pong:
            left = middle(sound)
            sound = np.concatenate([left, np.zeros_like(left)])
        for start in range(step, samples, step):
            stop = min(start + step, samples)
            before = slice(start - step, stop - step)
            last = echoes[::-1, before] if self.ping_pong else echoes[:, before]
            fed = sound[:, before] + np.float32(self.feedback) * last
            echoes[:, start:stop], state = lfilter(above, below, fed, axis=-1, zi=state)
        return echoes
