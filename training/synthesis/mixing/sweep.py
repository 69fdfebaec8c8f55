"""Filters that move: sweeps, wah and phaser.

Second-order sections whose settings change from block to block. Each goes on from the last samples in and out, as the
direct form of such filters does, so that the change makes no step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from audio.stems import SAMPLE_RATE
from training.biquads import Shape
from training.synthesis.mixing.equaliser import Band
from training.synthesis.mixing.sounds import Sound

BLOCK_SAMPLES = 1024
_STEPS = 128
"""How many positions a sweep has."""
_QUALITIES = (0.5, 0.7)


def _swept(sound: Sound, sections: NDArray[np.float64], positions: NDArray[np.float64]) -> Sound:
    """Filter block after block; positions from 0 to 1, shape (blocks,), choose among the sections, shape (steps, 6)."""
    moved = np.zeros((len(sound), sound.shape[-1] + 2), np.float32)
    padded = np.pad(sound, ((0, 0), (2, 0)))
    chosen = np.round(positions * (len(sections) - 1)).astype(np.int64)
    for block, section in enumerate(sections[chosen]):
        start = block * BLOCK_SAMPLES
        here = slice(start + 2, start + 2 + BLOCK_SAMPLES)
        state = _state_after(section, padded[:, start : start + 2], moved[:, start : start + 2])
        moved[:, here] = lfilter(section[:3], section[3:], padded[:, here], axis=-1, zi=state)[0]
    return moved[:, 2:]


def _state_after(section: NDArray[np.float64], inputs: Sound, outputs: Sound) -> NDArray[np.float64]:
    """Return the state (channels, 2) of a section after two samples in and out, (channels, 2) each.

    The state of another section would jump; what went in and came out does not.
    """
    _, b1, b2, _, a1, a2 = section
    first = b1 * inputs[:, 1] + b2 * inputs[:, 0] - a1 * outputs[:, 1] - a2 * outputs[:, 0]
    return np.stack([first, b2 * inputs[:, 1] - a2 * outputs[:, 1]], axis=-1)


def _sections(shape: Shape, low_hz: float, high_hz: float, quality: float) -> NDArray[np.float64]:
    """Return sections (steps, 6) from the low to the high frequency."""
    bands = (Band(shape, float(hertz), quality=quality) for hertz in np.geomspace(low_hz, high_hz, _STEPS))
    return np.stack([band.section() for band in bands])


def _positions(samples: int, period_seconds: float, phase: float) -> NDArray[np.float64]:
    seconds = np.arange(-(-samples // BLOCK_SAMPLES)) * BLOCK_SAMPLES / SAMPLE_RATE
    return np.asarray(0.5 - 0.5 * np.cos(2.0 * np.pi * (seconds / period_seconds + phase)))


@dataclass(frozen=True)
class Sweep:
    """A filter that goes up and down between two frequencies."""

    shape: Literal["low_pass", "high_pass", "band_pass"]
    low_hz: float
    high_hz: float
    period_seconds: float
    """For once up and down."""
    phase: float = 0.0
    """Where it starts, in turns: 0 is the low end, 0.5 the high one."""
    quality: float = 1.5

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound with moving colour."""
        sections = _sections(self.shape, self.low_hz, self.high_hz, self.quality)
        return _swept(sound, sections, _positions(sound.shape[-1], self.period_seconds, self.phase))


@dataclass(frozen=True)
class Phaser:
    """Notches that wander: the sound and the sound through all-passes."""

    period_seconds: float
    low_hz: float = 300.0
    high_hz: float = 3000.0
    mix: float = 0.5

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound with its notches."""
        positions, turned = _positions(sound.shape[-1], self.period_seconds, 0.0), sound
        for quality in _QUALITIES:
            turned = _swept(turned, _sections("all_pass", self.low_hz, self.high_hz, quality), positions)
        return np.float32(1.0 - self.mix) * sound + np.float32(self.mix) * turned
