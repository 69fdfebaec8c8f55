"""A steep low-pass that turns no phases: how MP3 and AAC encoders cut off the treble that they have no bits for.

Encoders stop at about 16 kHz for 128 kbit/s and at 19 to 20 kHz for 192 and more; all of the compressed edition of
MUSDB18 stops at 16 kHz (https://sigsep.github.io/datasets/musdb.html).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import firwin

from audio.stems import SAMPLE_RATE
from training.synthesis.mixing.convolution import convolved
from training.synthesis.mixing.sounds import Sound

_HALF_TAPS = 256


@dataclass(frozen=True)
class BandLimit:
    """Removes everything above a frequency."""

    highest_hz: float
    """Half the amplitude is left there, and 80 dB less from 300 Hz above it."""

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound without its highest part, in its place."""
        taps = firwin(2 * _HALF_TAPS + 1, self.highest_hz, window=("kaiser", 8.0), fs=SAMPLE_RATE)
        longer = np.pad(sound, ((0, 0), (0, _HALF_TAPS)))
        return convolved(longer, taps.astype(np.float32)[None])[:, _HALF_TAPS:]
