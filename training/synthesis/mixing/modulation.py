"""Chorus, flanger, vibrato and micro-pitch: copies of a sound whose delay changes.

A delay that grows by so many seconds a second lowers the pitch by that share (Dattorro, "Effect design part 2:
Delay-line modulation and chorus", J. Audio Eng. Soc. 45(10), 1997).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audio.stems import SAMPLE_RATE
from training.synthesis.mixing.envelopes import block_seconds, to_samples
from training.synthesis.mixing.sounds import Sound, middle, scaled, stereo

_GRAIN_SECONDS = 0.04


def delayed(channel: NDArray[np.float32], delay_samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return one channel (samples,) read so many samples ago, between samples on straight lines; silence before it."""
    # The silence before the sound makes places that lie there as good as any other.
    padded = np.concatenate([np.zeros(2, np.float32), channel])
    whole = np.ceil(delay_samples)
    weight = whole - delay_samples
    places = np.arange(2, len(channel) + 2) - whole.astype(np.int64)
    early = padded.take(places, mode="clip")
    places += 1
    late = padded.take(places, mode="clip")
    late -= early
    late *= weight
    late += early
    return late


def _swing(samples: int, rate_hz: float, phase: float) -> NDArray[np.float32]:
    """Return (samples,): a slow sine from 0 to 1; the phase counts turns."""
    return to_samples(0.5 - 0.5 * np.cos(2.0 * np.pi * (rate_hz * block_seconds(samples) + phase)), samples)


@dataclass(frozen=True)
class Chorus:
    """Adds wandering copies, on the left other ones than on the right."""

    rate_hz: float
    depth_seconds: float
    """By how much the delay changes."""
    delay_seconds: float = 0.012
    """The shortest delay."""
    mix: float = 0.5
    """Share of the copies; 1 is a vibrato."""
    opposite: bool = True
    """Whether left and right wander against each other; else a mono sound stays one."""

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound with its copies; (2, samples) where they differ."""
        source = stereo(sound) if self.opposite else sound
        copies = np.stack(
            [
                delayed(channel, self._delays(len(channel), 0.5 * number if self.opposite else 0.0))
                for number, channel in enumerate(source)
            ]
        )
        return np.float32(1.0 - self.mix) * source + np.float32(self.mix) * copies

    def _delays(self, samples: int, phase: float) -> NDArray[np.float32]:
        swing = _swing(samples, self.rate_hz, phase)
        return np.float32(SAMPLE_RATE) * (np.float32(self.delay_seconds) + np.float32(self.depth_seconds) * swing)


@dataclass(frozen=True)
class Flanger:
    """Adds copies a few milliseconds late: a comb whose teeth wander."""

    rate_hz: float
    depth_seconds: float = 0.004
    feedback: float = 0.5
    """The second copy relative to the first; negative ones turn the comb."""
    mix: float = 0.5

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound with its copies."""
        swing = _swing(sound.shape[-1], self.rate_hz, 0.0)
        delays = np.float32(SAMPLE_RATE) * (np.float32(0.0005) + np.float32(self.depth_seconds) * swing)
        copies = [delayed(channel, delays) + self.feedback * delayed(channel, 2.0 * delays) for channel in sound]
        return np.float32(1.0 - 0.5 * self.mix) * sound + np.float32(self.mix) * np.stack(copies, dtype=np.float32)


@dataclass(frozen=True)
class MicroPitch:
    """Widens: one copy a little higher on the left, one a little lower on the right."""

    cents: float
    level_db: float
    """Of the copies relative to the sound."""
    delay_seconds: float = 0.012

    def __call__(self, sound: Sound) -> Sound:
        """Return (2, samples): the sound and its copies."""
        (source,) = middle(sound)
        copies = np.stack([self._copy(source, sign) for sign in (1.0, -1.0)])
        return stereo(sound) + scaled(copies, self.level_db)

    def _copy(self, channel: NDArray[np.float32], sign: float) -> NDArray[np.float32]:
        """Read with a delay that grows or shrinks; two readers fade into each other before it runs away."""
        slope = 1.0 - 2.0 ** (sign * self.cents / 1200.0)
        turns = np.arange(len(channel), dtype=np.float64) * (abs(slope) / (_GRAIN_SECONDS * SAMPLE_RATE))
        copy = np.zeros_like(channel)
        for _ in range(2):
            turns += 0.5
            phase = (turns - np.floor(turns)).astype(np.float32)
            travel = phase if slope > 0.0 else np.float32(1.0) - phase
            delays = np.float32(SAMPLE_RATE) * (np.float32(self.delay_seconds) + np.float32(_GRAIN_SECONDS) * travel)
            # Powers of both weights add up to one; the copies have little in common.
            copy += np.sin(np.float32(np.pi) * phase) * delayed(channel, delays)
        return copy
