"""Toms, congas, cowbells, shakers and tambourines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.synthesis.draws import chance, log_between
from training.synthesis.instruments.interfaces import Mono, Rng
from training.synthesis.instruments.modes import Modes
from training.synthesis.instruments.signals import fading, filtered, noise, sample_count, swelling, times
from training.synthesis.instruments.wavetables import Wave, cycles, moving_phases, radians, read_cycle, steady_phases


@dataclass(frozen=True)
class Skin:
    """A tom or a hand drum: a head whose pitch falls as it comes to rest, its modes, and the stroke's noise."""

    pitch_hz: float = 110.0
    bend: float = 0.3
    bend_seconds: float = 0.05
    ring_seconds: float = 0.5
    mode_gain: float = 0.4
    stroke_gain: float = 0.2
    stroke_hz: float = 2000.0

    def __call__(self, velocity: float, rng: Rng) -> Mono:
        """Return one stroke, (samples,)."""
        samples = sample_count(self.ring_seconds)
        fall = np.exp(times(samples) * np.float32(-1.0 / self.bend_seconds))
        pitch_hz = np.float32(self.pitch_hz) * (1.0 + np.float32(self.bend * velocity) * fall)
        sound = np.float32(0.7) * np.sin(radians(moving_phases(pitch_hz))) * fading(samples, self.ring_seconds)
        ratio = np.array([1.59, 2.14, 2.3, 2.65, 2.92])
        modes = Modes(self.pitch_hz * ratio, self.mode_gain * 0.5 / ratio, 0.6 * self.ring_seconds / ratio)
        sound += modes.ring(samples)
        stroke = filtered(
            noise(rng, samples) * fading(samples, 0.03), "bandpass", (0.4 * self.stroke_hz, 2 * self.stroke_hz)
        )
        return (sound + np.float32(self.stroke_gain * velocity) * stroke) * swelling(samples, 0.0006)


@dataclass(frozen=True)
class Cowbell:
    """Two squares a fifth or so apart through a band, as in drum machines."""

    pitch_hz: float = 560.0
    ratio: float = 1.5
    ring_seconds: float = 0.3

    def __call__(self, velocity: float, rng: Rng) -> Mono:
        """Return one stroke, (samples,)."""
        samples = sample_count(self.ring_seconds)
        sound = np.zeros(samples, np.float32)
        for frequency_hz in (self.pitch_hz, self.pitch_hz * self.ratio):
            sound += read_cycle(
                cycles(Wave("square"), frequency_hz), steady_phases(frequency_hz, samples, rng.uniform())
            )
        shape = 0.6 * fading(samples, 0.3 * self.ring_seconds) + 0.4 * fading(samples, self.ring_seconds)
        return filtered(sound, "bandpass", (self.pitch_hz, 4.0 * self.pitch_hz)) * shape * swelling(samples, 0.0005)


@dataclass(frozen=True)
class Shaker:
    """Grains or jingles: noise that swells and dies, with metal for a tambourine."""

    centre_hz: float = 7000.0
    swell_seconds: float = 0.02
    ring_seconds: float = 0.08
    jingle_hz: tuple[float, ...] = ()
    grains_hz: float = 0.0
    """How many grains there are in a second; 0 is smooth."""

    def __call__(self, velocity: float, rng: Rng) -> Mono:
        """Return one stroke, (samples,)."""
        samples = sample_count(self.swell_seconds + self.ring_seconds)
        hiss = noise(rng, samples)
        if self.grains_hz:
            hiss *= 2.0 * (rng.uniform(size=samples) < self.grains_hz / 4410.0)
        sound = filtered(hiss, "bandpass", (0.6 * self.centre_hz, min(2.0 * self.centre_hz, 19_000.0)))
        if self.jingle_hz:
            jingles = np.array(self.jingle_hz)
            gain = np.full(len(jingles), 1.0 / np.sqrt(len(jingles)))
            phase = rng.uniform(0.0, 6.28, len(jingles))
            sound += Modes(jingles, gain, np.full(len(jingles), 1.5 * self.ring_seconds), phase).ring(samples)
        swell = swelling(samples, self.swell_seconds) ** 2
        fall = np.ones(samples, np.float32)
        start = min(samples - 1, sample_count(self.swell_seconds))
        fall[start:] = fading(samples - start, self.ring_seconds)
        return sound * swell * fall


def random_toms(rng: Rng) -> tuple[Skin, Skin, Skin]:
    """Draw a low, a middle and a high tom of one make."""
    low_hz, step = log_between(rng, 60.0, 120.0), rng.uniform(1.2, 1.6)
    ring, stroke = log_between(rng, 0.2, 0.9), rng.uniform(0.05, 0.5)
    bend, mode_gain = rng.uniform(0.05, 1.0), rng.uniform(0.0, 0.8)
    make = [
        Skin(low_hz * step**number, bend, log_between(rng, 0.02, 0.1), ring * 0.85**number, mode_gain, stroke)
        for number in range(3)
    ]
    return make[0], make[1], make[2]


def random_conga(rng: Rng) -> Skin:
    """Draw a conga, bongo or other hand drum."""
    return Skin(
        log_between(rng, 150.0, 480.0),
        rng.uniform(0.0, 0.15),
        0.03,
        log_between(rng, 0.1, 0.45),
        rng.uniform(0.3, 1.0),
        rng.uniform(0.1, 0.6),
        log_between(rng, 1200.0, 4000.0),
    )


def random_cowbell(rng: Rng) -> Cowbell:
    """Draw a cowbell, agogo or block."""
    return Cowbell(log_between(rng, 400.0, 1100.0), rng.uniform(1.35, 1.6), log_between(rng, 0.05, 0.5))


def random_shaker(rng: Rng) -> Shaker:
    """Draw a shaker, maraca or cabasa."""
    grains_hz = log_between(rng, 400.0, 3000.0) if chance(rng, 0.4) else 0.0
    return Shaker(
        log_between(rng, 3500.0, 10_000.0), log_between(rng, 0.002, 0.05), log_between(rng, 0.02, 0.15), (), grains_hz
    )


def random_tambourine(rng: Rng) -> Shaker:
    """Draw a tambourine."""
    jingles = rng.uniform(4500.0, 14_000.0, int(rng.integers(6, 30)))
    return Shaker(
        log_between(rng, 6000.0, 9500.0),
        log_between(rng, 0.001, 0.015),
        log_between(rng, 0.08, 0.3),
        tuple(jingles.tolist()),
    )
