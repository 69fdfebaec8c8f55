"""The grid of frequencies and times on which voices are kept: 80 mel bands, one frame in 5.8 ms.

A voice is a spectral envelope in decibels on these bands (what the throat and the lips do), the share of noise in its
power on a coarser grid, and a pitch. Everything that happens to a voice before it becomes sound (stretching, tilting,
other throats) is arithmetic on such frames, which is some 30 times less data than a spectrogram.

The mel scale is that of O'Shaughnessy, Speech Communication: Human and Machine, 1987.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from audio.stems import SAMPLE_RATE

Frames: TypeAlias = NDArray[np.floating[Any]]
"""(frames, bands) or (frames,); kept as float32."""

HOP_SAMPLES = 256
"""From frame to frame."""
FRAME_SECONDS = HOP_SAMPLES / SAMPLE_RATE
BAND_COUNT = 80
NOISE_HZ = np.array((0.0, 1000.0, 2000.0, 3000.0, 4500.0, 6000.0, 8000.0, 11000.0, 15000.0, 22050.0), np.float32)
"""Where the share of noise is kept."""
FLOOR_DB = -120.0
"""Silence, on the scale of the bands."""


def hz_to_mel(hz: NDArray | float) -> NDArray:
    """Return mels, of which 1000 are 1000 Hz."""
    return 2595.0 * np.log10(1.0 + np.asarray(hz) / 700.0)


def mel_to_hz(mel: NDArray) -> NDArray:
    """Return hertz."""
    return 700.0 * (10.0 ** (np.asarray(mel) / 2595.0) - 1.0)


BAND_HZ = mel_to_hz(np.linspace(0.0, hz_to_mel(SAMPLE_RATE / 2), BAND_COUNT)).astype(np.float32)
"""The middles of the bands, from 0 to half the sample rate."""
BAND_SHARES = (np.gradient(BAND_HZ) / np.gradient(BAND_HZ).sum()).astype(np.float32)
"""The share of the spectrum that each band stands for."""


def band_weights(source_hz: NDArray) -> NDArray[np.float32]:
    """Return how much of each band is heard at each frequency, (bands, frequencies): linear between the middles.

    Args:
        source_hz: Frequencies on the scale of the voice; those beyond the last band take its level.
    """
    position = np.interp(hz_to_mel(source_hz), hz_to_mel(BAND_HZ), np.arange(BAND_COUNT))
    return np.clip(1.0 - np.abs(position[None, :] - np.arange(BAND_COUNT)[:, None]), 0.0, 1.0).astype(np.float32)


def frame_levels_db(bands_db: Frames) -> Frames:
    """Return the level of each frame (frames,): 0 dB is what white noise of variance 1 has behind a flat filter.

    Args:
        bands_db: (frames, bands), all bands or the lowest ones.
    """
    power = (10.0 ** (0.1 * bands_db)) @ BAND_SHARES[: bands_db.shape[1]]
    return (10.0 * np.log10(power + 1e-12)).astype(np.float32)


def seconds_to_frames(seconds: float) -> int:
    """Return the nearest whole number of frames."""
    return round(seconds / FRAME_SECONDS)


def smooth(values: NDArray, frames: int) -> NDArray:
    """Return values (frames,) smoothed with a Hann window that spans about `frames`; the ends are held."""
    width = max(1, frames) | 1
    if width == 1 or not len(values):
        return values.copy()
    kernel = np.hanning(width + 2)[1:-1]
    return np.convolve(np.pad(values, width // 2, mode="edge"), kernel / kernel.sum(), mode="valid")


def wander(frames: int, seconds: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a smooth random curve (frames,) of variance about 1 that turns every `seconds` or so."""
    points = int(frames * FRAME_SECONDS / seconds) + 3
    places = (np.arange(points) - rng.uniform()) * seconds / FRAME_SECONDS
    curve = np.interp(np.arange(frames), places, rng.standard_normal(points))
    return 1.2 * smooth(curve, round(seconds / FRAME_SECONDS))
