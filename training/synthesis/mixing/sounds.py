"""Sounds on their way through the desk, their levels, and the middle and the sides of them.

A sound that is the same in both ears is one channel as long as nothing spreads it: every effect takes one channel or
two and costs accordingly.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from audio.stems import SAMPLE_RATE

Sound: TypeAlias = NDArray[np.float32]
"""(channels, samples) at 44.1 kHz, one or two channels; full scale is 1."""

FRAME_SAMPLES = SAMPLE_RATE // 20
ACTIVE_RANGE_DB = 30.0
"""Frames this far below the loudest are pauses."""
REFERENCE_DBFS = -20.0
"""Level at which sounds go through effects that depend on it."""
SILENCE_DBFS = -120.0


def to_gain(decibels: float) -> float:
    """Return the factor that decibels stand for."""
    return float(10.0 ** (decibels / 20.0))


def to_decibels(gain: float) -> float:
    """Return a factor in decibels, at least `SILENCE_DBFS`."""
    return float(20.0 * np.log10(max(gain, 10.0 ** (SILENCE_DBFS / 20.0))))


def active_level_dbfs(sound: Sound) -> float:
    """Return the mean power of the frames that are no pauses, over all channels; `SILENCE_DBFS` for silence."""
    samples = sound.shape[-1]
    frame_samples = min(FRAME_SAMPLES, samples)
    if frame_samples == 0:
        return SILENCE_DBFS
    whole = sound[:, : samples - samples % frame_samples].reshape(len(sound), -1, frame_samples)
    powers = np.einsum("cfs,cfs->f", whole, whole) / (len(sound) * frame_samples)
    active = powers[powers >= powers.max() * 10.0 ** (-ACTIVE_RANGE_DB / 10.0)]
    return to_decibels(float(np.sqrt(active.mean(dtype=np.float64))))


def at_level(sound: Sound, level_dbfs: float = REFERENCE_DBFS) -> Sound:
    """Return a sound scaled to an active level; silence stays silence."""
    now_dbfs = active_level_dbfs(sound)
    return sound if now_dbfs <= SILENCE_DBFS else scaled(sound, level_dbfs - now_dbfs)


def scaled(sound: Sound, decibels: float) -> Sound:
    """Return a sound made louder by so many decibels."""
    return sound * np.float32(to_gain(decibels))


def peak(sound: Sound) -> float:
    """Return the largest absolute sample, 0 of an empty sound."""
    return float(max(sound.max(initial=0.0), -sound.min(initial=0.0)))


def collapsed(sound: Sound) -> Sound:
    """Return one channel of a sound that is the same in both ears, any other sound as it is."""
    return sound[:1] if len(sound) == 2 and np.array_equal(sound[0], sound[1]) else sound


def stereo(sound: Sound) -> Sound:
    """Return two channels, the same ones twice of a sound with one."""
    return np.repeat(sound, 2, axis=0) if len(sound) == 1 else sound


def middle(sound: Sound) -> Sound:
    """Return the half sum of the channels, (1, samples)."""
    return sound if len(sound) == 1 else np.float32(0.5) * (sound[:1] + sound[1:])


def mid_side(sound: Sound) -> tuple[Sound, Sound]:
    """Return the half sum and the half difference of the channels, each (1, samples)."""
    side = np.zeros_like(sound) if len(sound) == 1 else np.float32(0.5) * (sound[:1] - sound[1:])
    return middle(sound), side


def from_mid_side(mid: Sound, side: Sound) -> Sound:
    """Return the two channels of a middle and a side."""
    return np.concatenate([mid + side, mid - side])
