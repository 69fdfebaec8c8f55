"""Levels and gains over time, in blocks of samples, without a loop over them.

A peak detector that rises at once and falls exponentially, y[n] = max(x[n], a y[n-1]), is a running maximum of what is
left of each earlier peak; in logarithms that is one cumulative maximum. A first-order low-pass after it makes the
attack: the smooth, decoupled detector of Giannoulis, Massberg, Reiss, "Digital dynamic range compressor design",
J. Audio Eng. Soc. 60(6), 2012, https://www.aes.org/e-lib/browse.cfm?elib=16354
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from audio.stems import SAMPLE_RATE
from training.synthesis.mixing.sounds import SILENCE_DBFS, Sound

BLOCK_SAMPLES = 32
BLOCK_SECONDS = BLOCK_SAMPLES / SAMPLE_RATE
DB_PER_TIME_CONSTANT = 20.0 / np.log(10.0)

Levels = NDArray[np.float64]
"""(blocks,)."""


def block_count(samples: int) -> int:
    """Return how many blocks hold so many samples."""
    return -(-samples // BLOCK_SAMPLES)


def block_peaks_db(sound: Sound) -> Levels:
    """Return the loudest sample of all channels in each block."""
    peaks = np.maximum(sound.max(axis=0), -sound.min(axis=0))
    blocks = np.zeros(block_count(len(peaks)) * BLOCK_SAMPLES, np.float32)
    blocks[: len(peaks)] = peaks
    loudest = blocks.reshape(-1, BLOCK_SAMPLES).max(axis=1).astype(np.float64)
    return np.asarray(20.0 * np.log10(np.maximum(loudest, 10.0 ** (SILENCE_DBFS / 20.0))))


def block_seconds(samples: int) -> Levels:
    """Return when each block ends."""
    return np.asarray(BLOCK_SECONDS * np.arange(1, block_count(samples) + 1))


def released(levels_db: Levels, release_seconds: float) -> Levels:
    """Let levels fall no faster than by a factor e in the release time, without delaying their rise."""
    fallen = DB_PER_TIME_CONSTANT * BLOCK_SECONDS / release_seconds * np.arange(len(levels_db))
    return np.asarray(np.maximum.accumulate(levels_db + fallen) - fallen)


def smoothed(values: Levels, seconds: float) -> Levels:
    """Smooth by a first-order low-pass that starts at rest at the first value."""
    if len(values) == 0:
        return values
    kept = np.exp(-BLOCK_SECONDS / max(seconds, 1e-6))
    return np.asarray(lfilter([1.0 - kept], [1.0, -kept], values, zi=[kept * values[0]])[0])


def to_samples(values: Levels, samples: int) -> NDArray[np.float32]:
    """Return (samples,): straight lines that reach the value of each block at its end."""
    ends = values.astype(np.float32)
    starts = np.concatenate([ends[:1], ends[:-1]])
    ramp = np.arange(1, BLOCK_SAMPLES + 1, dtype=np.float32) / BLOCK_SAMPLES
    lines = starts[:, None] + (ends - starts)[:, None] * ramp
    return lines.reshape(-1)[:samples]


def gains_from_db(decibels: Levels, samples: int) -> NDArray[np.float32]:
    """Return gains (samples,) from decibels of blocks."""
    return to_samples(10.0 ** (decibels / 20.0), samples)
