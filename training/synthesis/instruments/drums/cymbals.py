"""Hi-hats, crashes, rides and bells: noise and a dense cluster of metal modes above a corner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.synthesis.draws import chance, log_between
from training.synthesis.instruments.interfaces import Mono, Rng
from training.synthesis.instruments.modes import Modes
from training.synthesis.instruments.signals import fading, filtered, noise, sample_count, saturated, swelling

_SQUARES_OF_THE_808 = np.array([205.3, 304.4, 369.6, 522.7, 540.0, 800.0]) / 205.3
"""The six oscillators whose squares make the cymbals of the Roland TR-808 (Werner, Abel and Smith, DAFx 2014)."""


@dataclass(frozen=True)
class Cymbal:
    """A computed drum; its modes are drawn with it, so that all strokes are on the same piece of metal."""

    ring_seconds: float
    corner_hz: float
    mode_hz: tuple[float, ...]
    mode_gain: float = 0.5
    noise_gain: float = 0.7
    bell_gain: float = 0.0
    """Of the ping of a ride."""
    swell_seconds: float = 0.0005
    drive: float = 0.0

    def __call__(self, velocity: float, rng: Rng) -> Mono:
        """Return one stroke, (samples,)."""
        samples = sample_count(min(self.ring_seconds, 4.0))
        fall = fading(samples, self.ring_seconds)
        mode_hz = np.array(self.mode_hz)
        decay = self.ring_seconds * rng.uniform(0.5, 1.0, len(mode_hz)) * (4000.0 / np.maximum(mode_hz, 4000.0)) ** 0.5
        gain = np.full(len(mode_hz), 2.0 / np.sqrt(len(mode_hz)))
        metal = Modes(mode_hz, gain, decay, rng.uniform(0.0, 6.28, len(mode_hz))).ring(samples)
        hiss = noise(rng, samples) * (0.7 * fall + 0.3 * fading(samples, 0.4 * self.ring_seconds))
        sound = filtered(
            np.float32(self.mode_gain) * metal + np.float32(self.noise_gain) * hiss, "highpass", self.corner_hz
        )
        if self.bell_gain:
            ratio = np.array([1.0, 1.48, 2.13, 2.9])
            ping = Modes(mode_hz[:1] * ratio, 0.5 * self.bell_gain / ratio, 0.6 * self.ring_seconds / ratio)
            sound += ping.ring(samples)
        if self.drive:
            sound = saturated(sound, self.drive)
        tail = min(samples, sample_count(0.25 * self.ring_seconds))
        sound[-tail:] *= np.linspace(1.0, 0.0, tail, dtype=np.float32)
        return sound * swelling(samples, self.swell_seconds)


def _metal(rng: Rng, low_hz: float, high_hz: float, count: int) -> tuple[float, ...]:
    if chance(rng, 0.3):  # an electronic cymbal: odd harmonics of six squares
        base_hz = log_between(rng, 200.0, 600.0)
        modes = np.outer(base_hz * _SQUARES_OF_THE_808, np.arange(1, 20, 2)).ravel()
        return tuple(modes[(modes > low_hz) & (modes < high_hz)][:count].tolist()) or (low_hz,)
    return tuple(np.sort(np.geomspace(low_hz, high_hz, count) * rng.uniform(0.9, 1.1, count)).tolist())


@dataclass(frozen=True)
class HiHats:
    """The pedal, closed and open sounds of one pair of cymbals."""

    closed: Cymbal
    open: Cymbal
    pedal: Cymbal


def random_hats(rng: Rng) -> HiHats:
    """Draw a pair of hi-hats."""
    corner_hz = log_between(rng, 2500.0, 9500.0)
    modes = _metal(rng, 0.6 * corner_hz, 15_000.0, int(rng.integers(8, 50)))
    tone = {"mode_gain": rng.uniform(0.1, 1.0), "noise_gain": rng.uniform(0.2, 1.0)}
    drive = log_between(rng, 0.8, 4.0) if chance(rng, 0.2) else 0.0
    return HiHats(
        closed=Cymbal(log_between(rng, 0.03, 0.16), corner_hz, modes, **tone, drive=drive),
        open=Cymbal(log_between(rng, 0.25, 1.2), corner_hz, modes, **tone, drive=drive),
        pedal=Cymbal(
            log_between(rng, 0.03, 0.12), 1.2 * corner_hz, modes, **tone, swell_seconds=rng.uniform(0.001, 0.006)
        ),
    )


def random_crash(rng: Rng) -> Cymbal:
    """Draw a crash, splash or china."""
    corner_hz = log_between(rng, 400.0, 4000.0)
    modes = _metal(rng, corner_hz, 16_000.0, int(rng.integers(40, 120)))
    return Cymbal(
        log_between(rng, 0.8, 4.0),
        corner_hz,
        modes,
        rng.uniform(0.2, 1.0),
        rng.uniform(0.3, 1.0),
        swell_seconds=rng.uniform(0.001, 0.01),
    )


def random_ride(rng: Rng) -> Cymbal:
    """Draw a ride."""
    corner_hz = log_between(rng, 1500.0, 6000.0)
    modes = _metal(rng, log_between(rng, 350.0, 900.0), 15_000.0, int(rng.integers(20, 80)))
    return Cymbal(
        log_between(rng, 0.6, 2.5),
        corner_hz,
        modes,
        rng.uniform(0.3, 1.0),
        rng.uniform(0.1, 0.5),
        bell_gain=rng.uniform(0.1, 1.0),
    )
