"""What the vocal folds give: a train of pulses at the sung pitch, and the breath between them.

Each pulse is a short band-limited impulse at its exact place, so the pitch is as exact as the contour. Folds are never
regular: periods differ (jitter), pulses differ in strength (shimmer), and a rough voice alternates between strong and
weak pulses (subharmonics) or flutters at some 30 to 90 Hz (growl). Each is a factor per pulse, which costs nothing.

References: Klatt and Klatt, "Analysis, synthesis, and perception of voice quality variations among female and male
talkers", JASA 1990; Loscos and Bonada, "Emulating rough and growl voice in spectral domain", DAFx 2004.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audio.stems import SAMPLE_RATE
from training.synthesis.voices.bands import HOP_SAMPLES, Frames

PULSE_TAPS = 12
"""Length of one impulse in samples: flat to 17 kHz."""


@dataclass(frozen=True)
class Glottis:
    """How regular the vocal folds are."""

    jitter: float = 0.004
    """Standard deviation of the place of a pulse, in periods; neighbouring periods differ by twice as much."""
    shimmer: float = 0.03
    """Standard deviation of the strength of a pulse."""
    subharmonic: float = 0.0
    """How much every second or third pulse is weaker, from 0 to 1."""
    subharmonic_period: int = 2
    """Which pulse is the strong one: every second, or every third."""
    growl: float = 0.0
    """Depth of an irregular flutter of the strength, from 0 to 1."""
    growl_hz: float = 60.0
    """Speed of it."""
    breath_pulsing: float = 0.5
    """How much the breath follows the opening of the folds, from 0 to 1."""


def glottal_phase(pitch_hz: Frames) -> NDArray[np.float64]:
    """Return the phase of the folds in cycles (samples,): pitch_hz (frames,) added up, linear between frames."""
    samples = len(pitch_hz) * HOP_SAMPLES
    hertz = np.interp(np.arange(samples), np.arange(len(pitch_hz)) * HOP_SAMPLES, pitch_hz)
    return np.cumsum(hertz / SAMPLE_RATE)


def pulse_gains(count: int, pitch_hz: float, glottis: Glottis, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the strength of each of `count` pulses at about pitch_hz, of mean square 1."""
    gains = 1.0 + glottis.shimmer * rng.standard_normal(count)
    if glottis.subharmonic:
        weak = (np.arange(count) % glottis.subharmonic_period) != 0
        gains *= np.where(weak, 1.0 - glottis.subharmonic, 1.0)
    if glottis.growl:
        points = int(count / pitch_hz * glottis.growl_hz) + 2
        turns = np.linspace(0.0, points - 1.0, count)
        gains *= 1.0 + glottis.growl * np.interp(turns, np.arange(points), rng.uniform(-1.0, 1.0, points))
    gains = np.maximum(gains, 0.0)
    return gains / np.sqrt(np.mean(gains**2) + 1e-12)


def pulse_train(phase: NDArray[np.float64], glottis: Glottis, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return pulses (samples,) of power 1 per sample whatever the pitch.

    Args:
        phase: Of `glottal_phase`, (samples,).
        glottis: How regular they are.
        rng: Random numbers.
    """
    cycles = np.floor(phase)
    at = np.flatnonzero(np.diff(cycles) > 0)
    if not len(at):
        return np.zeros(len(phase), np.float32)
    steps = phase[at + 1] - phase[at]
    gains = pulse_gains(len(at), float(steps.mean()) * SAMPLE_RATE, glottis, rng)
    late = rng.standard_normal(len(at)) * glottis.jitter
    places = at + (cycles[at + 1] - phase[at] + late) / steps
    first = np.floor(places).astype(np.int64) - PULSE_TAPS // 2 + 1
    offsets = first[:, None] + np.arange(PULSE_TAPS)[None, :]
    distance = offsets - places[:, None]
    taps = np.sinc(distance) * np.cos(np.pi * distance / (PULSE_TAPS + 1)) ** 2
    taps *= (gains / np.sqrt(steps))[:, None]
    inside = (offsets >= 0) & (offsets < len(phase))
    train = np.bincount(offsets[inside], taps[inside], len(phase))
    return train.astype(np.float32)


def breath(phase: NDArray[np.float64], glottis: Glottis, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return noise (samples,) of power 1 per sample that swells once in each cycle of the folds."""
    noise = rng.standard_normal(len(phase), dtype=np.float32)
    if glottis.breath_pulsing:
        swing = np.cos((2.0 * np.pi * (phase - np.floor(phase))).astype(np.float32))
        noise *= 1.0 + np.float32(glottis.breath_pulsing) * swing
        noise /= np.float32(np.sqrt(1.0 + 0.5 * glottis.breath_pulsing**2))
    return noise
