"""The stereo image: width, place, and a late side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from audio.stems import SAMPLE_RATE
from training.synthesis.mixing.equaliser import high_pass
from training.synthesis.mixing.sounds import Sound, from_mid_side, mid_side, stereo


@dataclass(frozen=True)
class Width:
    """Makes the sides louder or softer."""

    width: float
    """Factor of the half difference of both channels: 0 is mono, 1 leaves the sound."""
    crossover_hz: float = 0.0
    """Only above it; 0 is everywhere."""

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound wider or narrower; one channel stays one."""
        if len(sound) == 1:
            return sound
        mid, side = mid_side(sound)
        moved = high_pass(self.crossover_hz)(side) if self.crossover_hz > 0.0 else side
        return from_mid_side(mid, side + np.float32(self.width - 1.0) * moved)


@dataclass(frozen=True)
class Pan:
    """Puts a sound in its place; both channels of a stereo sound are weighted."""

    position: float
    """-1 is left, 0 the middle, 1 right; the power of a mono sound stays."""

    def __call__(self, sound: Sound) -> Sound:
        """Return (2, samples), or one channel as it is in the middle."""
        if self.position == 0.0:
            return sound
        angle = 0.25 * np.pi * (1.0 + self.position)
        gains = np.sqrt(2.0) * np.array([[np.cos(angle)], [np.sin(angle)]])
        return stereo(sound) * gains.astype(np.float32)


@dataclass(frozen=True)
class LateSide:
    """Lets one channel come some milliseconds late, which the ear hears as width (Haas, 1951)."""

    seconds: float
    """Of the right channel; negative ones delay the left."""

    def __call__(self, sound: Sound) -> Sound:
        """Return (2, samples)."""
        wide = stereo(sound).copy()
        samples, channel = round(abs(self.seconds) * SAMPLE_RATE), int(self.seconds > 0.0)
        late = np.zeros_like(wide[channel])
        if samples < len(late):
            late[samples:] = wide[channel, : len(late) - samples]
        wide[channel] = late
        return wide
