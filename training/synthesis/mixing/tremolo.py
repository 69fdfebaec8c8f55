"""Loudness in time: tremolo, auto-pan, and gates that chop a sound into a rhythm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from training.synthesis.mixing.envelopes import Levels, block_seconds, smoothed, to_samples
from training.synthesis.mixing.sounds import Sound, stereo

Wave = Literal["sine", "square", "ramp"]
_EDGE_SECONDS = 0.003


@dataclass(frozen=True)
class Tremolo:
    """Changes the loudness periodically."""

    rate_hz: float
    depth: float
    """0 leaves the sound, 1 reaches silence."""
    wave: Wave = "sine"
    """A ramp falls to its depth at once and comes back slowly, as ducked pads do."""
    panning: bool = False
    """Whether left and right take turns."""

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound with moving loudness; (2, samples) when it moves from side to side."""
        if not self.panning:
            return sound * to_samples(self._gains(sound.shape[-1], 0.0), sound.shape[-1])
        gains = [to_samples(self._gains(sound.shape[-1], phase), sound.shape[-1]) for phase in (0.0, 0.5)]
        return stereo(sound) * np.stack(gains)

    def _gains(self, samples: int, phase: float) -> Levels:
        turns = (self.rate_hz * block_seconds(samples) + phase) % 1.0
        if self.wave == "sine":
            lowered = 0.5 - 0.5 * np.cos(2.0 * np.pi * turns)
        elif self.wave == "square":
            lowered = smoothed((turns >= 0.5).astype(np.float64), _EDGE_SECONDS)
        else:
            lowered = smoothed(1.0 - turns, _EDGE_SECONDS)
        return np.asarray(1.0 - self.depth * lowered)


@dataclass(frozen=True)
class Chop:
    """Opens and closes a sound in the rhythm of a pattern."""

    step_seconds: float
    pattern: tuple[bool, ...]
    """Which steps sound; it repeats."""
    open_share: float = 0.8
    """How long a step is open."""

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound in pieces."""
        steps, inside = np.divmod(block_seconds(sound.shape[-1]) / self.step_seconds, 1.0)
        opened = np.array(self.pattern)[steps.astype(np.int64) % len(self.pattern)] & (inside < self.open_share)
        return sound * to_samples(smoothed(opened.astype(np.float64), _EDGE_SECONDS), sound.shape[-1])
