"""Snares, ghost notes, rim clicks and claps: modes of the head, rattling wires, bursts of hands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.synthesis.draws import chance, log_between
from training.synthesis.instruments.interfaces import Mono, Rng
from training.synthesis.instruments.modes import Modes
from training.synthesis.instruments.signals import fading, filtered, noise, sample_count, saturated, swelling, times

_HEAD_RATIOS = np.array([1.0, 1.59, 2.14, 2.3, 2.65, 2.92])
"""Modes of an ideal membrane (Fletcher and Rossing, chapter 3)."""


@dataclass(frozen=True)
class Snare:
    """A computed drum."""

    pitch_hz: float = 190.0
    head_seconds: float = 0.15
    head_gain: float = 0.7
    wire_seconds: float = 0.25
    wire_gain: float = 0.8
    wire_hz: tuple[float, float] = (900.0, 9000.0)
    drive: float = 0.0
    gate_seconds: float = 1.0
    """It is cut off there, as gated reverbs of the 1980s do."""

    def __call__(self, velocity: float, rng: Rng) -> Mono:
        """Return one stroke, (samples,); soft strokes have fewer wires."""
        samples = sample_count(min(self.gate_seconds, max(self.head_seconds, self.wire_seconds)))
        gain = self.head_gain * 0.5 / np.sqrt(_HEAD_RATIOS) * rng.uniform(0.5, 1.0, 6)
        bend = self.pitch_hz * (1.0 + 0.03 * velocity)
        sound = Modes(bend * _HEAD_RATIOS, gain, self.head_seconds / _HEAD_RATIOS).ring(samples)
        wires = filtered(noise(rng, samples), "bandpass", self.wire_hz) * fading(samples, self.wire_seconds)
        sound += np.float32(self.wire_gain * (0.4 + 0.6 * velocity)) * wires
        if self.drive:
            sound = saturated(sound, self.drive)
        return sound * swelling(samples, 0.0004)


@dataclass(frozen=True)
class Clap:
    """Several hands: bursts of noise close together, then the room."""

    burst_seconds: tuple[float, ...] = (0.0, 0.011, 0.022)
    centre_hz: float = 1500.0
    tail_seconds: float = 0.2

    def __call__(self, velocity: float, rng: Rng) -> Mono:
        """Return one clap, (samples,)."""
        samples = sample_count(self.burst_seconds[-1] + self.tail_seconds)
        time = times(samples)
        shape = np.float32(0.5) * np.exp(
            -np.maximum(time - self.burst_seconds[-1], 0.0) * np.float32(6.9 / self.tail_seconds)
        )
        shape *= time >= self.burst_seconds[-1]
        for burst in self.burst_seconds:
            since = time - np.float32(burst)
            shape += (since >= 0.0) * np.exp(-np.maximum(since, 0.0) * np.float32(1.0 / 0.005))
        return filtered(
            noise(rng, samples) * shape, "bandpass", (0.55 * self.centre_hz, 2.8 * self.centre_hz)
        ) * swelling(samples, 0.0004)


@dataclass(frozen=True)
class Rim:
    """A stick across the rim, a click, a side stick: a few short high modes."""

    pitch_hz: float = 900.0
    ring_seconds: float = 0.06
    click_gain: float = 0.4

    def __call__(self, velocity: float, rng: Rng) -> Mono:
        """Return one stroke, (samples,)."""
        samples = sample_count(max(0.03, 1.2 * self.ring_seconds))
        ratio = np.array([1.0, 1.83, 2.71, 4.1])
        modes = Modes(self.pitch_hz * ratio, np.array([0.5, 0.4, 0.3, 0.2]), self.ring_seconds / np.sqrt(ratio))
        click = filtered(noise(rng, samples) * fading(samples, 0.01), "highpass", 1500.0)
        return (modes.ring(samples) + np.float32(self.click_gain * velocity) * click) * swelling(samples, 0.0003)


def random_snare(rng: Rng) -> Snare:
    """Draw a snare: deep or high, dry or ringing, acoustic or electronic."""
    low_hz = log_between(rng, 200.0, 2500.0)
    return Snare(
        pitch_hz=log_between(rng, 130.0, 340.0),
        head_seconds=log_between(rng, 0.06, 0.5),
        head_gain=rng.uniform(0.1, 1.0),
        wire_seconds=log_between(rng, 0.08, 0.7),
        wire_gain=rng.uniform(0.3, 1.2),
        wire_hz=(low_hz, max(3.0 * low_hz, log_between(rng, 5000.0, 17_000.0))),
        drive=log_between(rng, 1.0, 6.0) if chance(rng, 0.3) else 0.0,
        gate_seconds=log_between(rng, 0.1, 0.3) if chance(rng, 0.2) else 1.0,
    )


def random_clap(rng: Rng) -> Clap:
    """Draw a clap."""
    bursts = np.concatenate(([0.0], np.cumsum(rng.uniform(0.005, 0.016, int(rng.integers(1, 5))))))
    return Clap(tuple(float(burst) for burst in bursts), log_between(rng, 900.0, 3000.0), log_between(rng, 0.06, 0.5))


def random_rim(rng: Rng) -> Rim:
    """Draw a rim click."""
    return Rim(log_between(rng, 350.0, 2200.0), log_between(rng, 0.015, 0.12), rng.uniform(0.1, 0.8))
