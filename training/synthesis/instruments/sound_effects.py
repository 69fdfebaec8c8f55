"""Sounds without a tune: risers, falls, wind, drones and impacts, as long as their notes.

The pitch of a note moves the band of the noise, and drones keep it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from audio.stems import SAMPLE_RATE
from training.synthesis.draws import chance, log_between
from training.synthesis.instruments.interfaces import Mono, Rng, Sound
from training.synthesis.instruments.playing import Tone
from training.synthesis.instruments.signals import fading, hertz, swelling
from training.synthesis.instruments.wavetables import Wave, cycles, moving_phases, read_cycle

Kind = Literal["riser", "fall", "wind", "drone", "impact", "sweep"]
_KINDS: tuple[Kind, ...] = get_args(Kind)
_BANDS = 5
_LOOP_SAMPLES = 1 << 16


@dataclass(frozen=True)
class SoundEffect:
    """A voice for playing.NotePlayer."""

    kind: Kind = "riser"
    low_hz: float = 300.0
    high_hz: float = 9000.0
    tone_gain: float = 0.3
    """Of a sawtooth that goes with the noise."""
    curve: float = 2.0
    """How late a riser grows."""
    wobble_hz: float = 0.0
    seed: int = 0
    """Of its noise, which is computed once."""

    def __call__(self, tone: Tone, rng: Rng) -> Sound:
        """Return the sound, (2, samples)."""
        samples = tone.samples
        course = self._course(samples, rng)
        loudness = self._loudness(samples, course)
        loops = np.roll(_noise_loops(self.low_hz, self.high_hz, self.seed), int(rng.integers(_LOOP_SAMPLES)), axis=2)
        sound = np.stack([_moving_band(channel, course) for channel in loops])
        base_hz = hertz(tone.pitch)
        if self.tone_gain:
            bend = np.float32(1.0 if self.kind == "drone" else 2.0)
            pitch_hz = (
                np.float32(base_hz) * np.exp2(bend * course) if self.kind != "drone" else np.full(samples, base_hz)
            )
            saw = read_cycle(cycles(Wave("saw", tilt=0.5), base_hz * 2.0), moving_phases(np.asarray(pitch_hz)))
            sound += np.float32(self.tone_gain) * saw
        return sound * loudness

    def _course(self, samples: int, rng: Rng) -> Mono:
        """Return where between low and high the sound is, from 0 to 1."""
        place = np.linspace(0.0, 1.0, samples, dtype=np.float32)
        if self.kind == "riser":
            return place**self.curve
        if self.kind in ("fall", "impact"):
            return (1.0 - place) ** (2.0 * self.curve)
        knots = max(3, samples // 20_000)
        walk = np.interp(place * (knots - 1), np.arange(knots), rng.uniform(0.0, 1.0, knots))
        if self.wobble_hz and self.kind == "sweep":
            walk = 0.5 + 0.5 * np.sin(2.0 * np.pi * self.wobble_hz * np.arange(samples) / SAMPLE_RATE)
        return walk.astype(np.float32)

    def _loudness(self, samples: int, course: Mono) -> Mono:
        if self.kind == "riser":
            return 0.05 + 0.95 * course
        if self.kind == "impact":
            return fading(samples, 2.5)
        return swelling(samples, 0.05 if self.kind == "fall" else 0.4) * (0.3 + 0.7 * course)


def _moving_band(loops: NDArray[np.float32], course: Mono) -> Mono:
    """Return noise whose band moves: loops (bands, samples), each heard when the course is near it."""
    total = np.zeros_like(course)
    for number, loop in enumerate(loops):
        nearness = np.clip(1.0 - np.abs(course * np.float32(_BANDS - 1) - np.float32(number)), 0.0, 1.0)
        total += np.resize(loop, len(course)) * nearness
    return total


@lru_cache(maxsize=4)
def _noise_loops(low_hz: float, high_hz: float, seed: int) -> NDArray[np.float32]:
    """Return loops of noise in fixed bands from low to high, (channels, bands, samples), of one level."""
    rng = np.random.default_rng(seed)
    bins = np.arange(1, _LOOP_SAMPLES // 2 + 1, dtype=np.float32)
    octaves = np.log2(bins * np.float32(SAMPLE_RATE / _LOOP_SAMPLES))
    spectra = np.zeros((2, _BANDS, len(bins) + 1), np.complex64)
    for channel in range(2):
        lines = rng.standard_normal((len(bins), 2), dtype=np.float32).view(np.complex64)[:, 0]
        for number, centre in enumerate(np.linspace(np.log2(low_hz), np.log2(high_hz), _BANDS)):
            distance = (octaves - np.float32(centre)) / np.float32(0.6)
            spectra[channel, number, 1:] = lines / (1.0 + np.square(np.square(distance)))
    loops = scipy.fft.irfft(spectra, axis=2)
    return np.asarray(loops / (3.0 * np.sqrt(np.mean(np.square(loops), axis=2, keepdims=True))), np.float32)


def random_effect(rng: Rng) -> SoundEffect:
    """Draw an effect."""
    return SoundEffect(
        kind=_KINDS[int(rng.integers(len(_KINDS)))],
        low_hz=log_between(rng, 80.0, 800.0),
        high_hz=log_between(rng, 3000.0, 15_000.0),
        tone_gain=rng.uniform(0.1, 1.0) if chance(rng, 0.5) else 0.0,
        curve=rng.uniform(1.0, 4.0),
        wobble_hz=log_between(rng, 0.2, 8.0),
        seed=int(rng.integers(1 << 31)),
    )
