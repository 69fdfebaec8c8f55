"""Struck bars, bells, plates and tongues: marimba, vibraphone, glockenspiel, tubular bells, kalimba, steel drum.

Ratios of the modes: free bars 1 : 2.756 : 5.404 : 8.933; marimba and xylophone bars are cut until the second mode lies
at 4 or 3 (Fletcher and Rossing, The Physics of Musical Instruments, chapters 19 to 21).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.synthesis.instruments.interfaces import Mono, Rng
from training.synthesis.instruments.modes import Modes
from training.synthesis.instruments.playing import Tone
from training.synthesis.instruments.signals import fading, filtered, hertz, noise, times

RATIOS = {
    "marimba": (1.0, 3.99, 9.6, 16.1),
    "xylophone": (1.0, 3.0, 6.1, 10.2),
    "vibraphone": (1.0, 4.0, 10.1, 16.0),
    "glockenspiel": (1.0, 2.756, 5.404, 8.933),
    "kalimba": (1.0, 5.4, 6.3, 14.7),
    "steel drum": (1.0, 2.0, 3.0, 4.02, 5.1, 6.0),
    "music box": (1.0, 2.0, 3.01, 6.27, 9.1),
    "celesta": (1.0, 2.0, 4.0, 7.9),
    "bell": (0.5, 1.0, 1.19, 1.5, 2.0, 2.51, 2.66, 3.01, 4.1, 5.4),
}


@dataclass(frozen=True)
class Bar:
    """A voice for playing.NotePlayer."""

    kind: str = "marimba"
    """A key of RATIOS."""
    ring_seconds: float = 1.5
    """Of the lowest mode at middle C."""
    hardness: float = 0.5
    """Of the mallet: 0 is wool, 1 is brass."""
    tremolo_hz: float = 0.0
    tremolo_depth: float = 0.0

    def __call__(self, tone: Tone, rng: Rng) -> Mono:
        """Return the tone, (samples,)."""
        ratio = np.array(RATIOS[self.kind])
        frequency_hz = hertz(tone.pitch) * ratio
        softness = 2.2 - 1.6 * self.hardness * (0.5 + 0.5 * tone.velocity)
        gain = 0.6 * np.maximum(ratio, 1.0) ** -softness * np.where(ratio < 1.0, 0.3, 1.0)
        gain[1:] *= rng.uniform(0.6, 1.0, len(ratio) - 1)
        decay = self.ring_seconds * (261.6 / frequency_hz[0]) ** 0.4 / np.maximum(ratio, 0.7) ** 1.1
        sound = Modes(frequency_hz, gain, decay).ring(tone.samples)
        length = min(len(sound), 3000)
        knock = filtered(
            noise(rng, length) * fading(length, 0.02), "bandpass", (300.0, 1500.0 + 6000.0 * self.hardness)
        )
        sound[:length] += np.float32(0.1 * self.hardness * tone.velocity) * knock
        if self.tremolo_depth:
            angle = np.float32(2 * np.pi * self.tremolo_hz) * times(len(sound))
            sound *= 1.0 - np.float32(self.tremolo_depth) * (0.5 + 0.5 * np.sin(angle))
        return sound
