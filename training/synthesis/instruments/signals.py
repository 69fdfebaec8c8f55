"""Small tools that all instruments share: times, pitches, random ranges, envelopes, filters.

Arrays are float32 and time is their last axis. Filters run in float64, since second-order sections lose their low
corner frequencies in float32.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from audio.stems import SAMPLE_RATE
from training.synthesis.instruments.interfaces import Mono, Rng, Sound

HIGHEST_HZ = 20_000.0
"""No partial is made above it."""
DECAY_60_DB = 6.908
"""Natural logarithm of 1000: an exponential of this exponent has fallen by 60 dB."""


def sample_count(seconds: float) -> int:
    """Return the nearest whole number of samples, at least one."""
    return max(1, round(seconds * SAMPLE_RATE))


def hertz(pitch: float) -> float:
    """Return the frequency of a MIDI pitch, which may lie between two keys."""
    return float(440.0 * 2.0 ** ((pitch - 69.0) / 12.0))


def times(samples: int) -> Mono:
    """Return the time of each sample in seconds."""
    return np.arange(samples, dtype=np.float32) / np.float32(SAMPLE_RATE)


def noise(rng: Rng, samples: int) -> Mono:
    """Return white noise of standard deviation 1."""
    return rng.standard_normal(samples, dtype=np.float32)


def fading(samples: int, seconds: float) -> Mono:
    """Return an exponential that starts at 1 and has fallen by 60 dB after `seconds`."""
    return np.exp(np.float32(-DECAY_60_DB / seconds) * times(samples))


def swelling(samples: int, attack_seconds: float) -> Mono:
    """Return a rise from 0 to 1 in the shape of a quarter sine, then 1."""
    rise = np.ones(samples, np.float32)
    length = min(samples, sample_count(attack_seconds))
    rise[:length] = np.sin(np.linspace(0.0, 0.5 * np.pi, length, endpoint=False, dtype=np.float32))
    return rise


def released(sound: NDArray[np.float32], seconds: float) -> NDArray[np.float32]:
    """Return a copy whose last `seconds` fall smoothly to zero (in less time where the sound is shorter)."""
    faded = sound.copy()
    length = min(sound.shape[-1], sample_count(seconds))
    faded[..., -length:] *= release_curve(length)
    return faded


def release_curve(samples: int) -> Mono:
    """Return a fall from 1 to 0: steep at first, as a damped string falls, and flat where it meets zero."""
    position = np.linspace(0.0, 1.0, samples, dtype=np.float32)
    return np.exp(-3.0 * position) * (0.5 + 0.5 * np.cos(np.float32(np.pi) * position))


def filtered(sound: NDArray[np.float32], kind: str, cutoff_hz: float | tuple[float, float]) -> NDArray[np.float32]:
    """Filter with a Butterworth section of second order (a band of fourth).

    Args:
        sound: (..., samples).
        kind: "lowpass", "highpass" or "bandpass".
        cutoff_hz: One corner, or two for a band; corners are kept between 10 Hz and 21 kHz.
    """
    corners = np.clip(cutoff_hz, 10.0, 21_000.0)
    sections = butter(1 if kind == "bandpass" else 2, corners, kind, fs=SAMPLE_RATE, output="sos")
    return np.asarray(sosfilt(sections, sound, axis=-1), np.float32)


def without_rumble(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the sound without what lies below hearing, such as the offset that a bent asymmetric wave leaves."""
    return filtered(sound, "highpass", 20.0)


def apply_sections(sound: NDArray[np.float32], sections: NDArray[np.float64]) -> NDArray[np.float32]:
    """Run second-order sections (count, 6) over a sound (..., samples)."""
    return np.asarray(sosfilt(sections, sound, axis=-1), np.float32)


def saturated(sound: NDArray[np.float32], drive: float) -> NDArray[np.float32]:
    """Return the sound through a soft limit; drive 1 rounds peaks of 1, more adds harmonics. Peaks are at most 1."""
    return np.tanh(np.float32(drive) * sound) / np.float32(np.tanh(max(drive, 0.1)))


def doubled(mono: Mono) -> Sound:
    """Return the same sound in both channels."""
    return np.stack((mono, mono))


def panned(mono: Mono, position: float) -> Sound:
    """Return the sound at a position from -1 (left) to 1 (right), with constant power."""
    angle = 0.25 * np.pi * (1.0 + position)
    gains = np.sqrt(2.0) * np.array([np.cos(angle), np.sin(angle)])
    return gains.astype(np.float32)[:, None] * mono
