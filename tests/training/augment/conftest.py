"""Small batches of noise and tones, and the checks that every augmentation must pass."""

from __future__ import annotations

import math

import pytest
import torch

from audio.stems import STEMS

SAMPLE_RATE = 44_100


@pytest.fixture
def seeded():
    """Return a function: seed -> a generator on the CPU."""
    return lambda seed=0: torch.Generator().manual_seed(seed)


@pytest.fixture
def noise_batch(seeded):
    """Return a function that makes four stems of noise, all different, shape (items, channels, samples)."""

    def make(items=4, channels=2, samples=2000, seed=7):
        generator = seeded(seed)
        return {stem: 0.1 * torch.randn(items, channels, samples, generator=generator) for stem in STEMS}

    return make


@pytest.fixture
def tone():
    """Return a function: hertz, seconds -> a sine of amplitude 0.5, shape (1, 2, samples)."""

    def make(frequency_hz, seconds=1.0):
        seconds_axis = torch.arange(round(seconds * SAMPLE_RATE), dtype=torch.float64) / SAMPLE_RATE
        return (0.5 * torch.sin(2 * math.pi * frequency_hz * seconds_axis)).float().expand(1, 2, -1).clone()

    return make


@pytest.fixture
def spectral_peak_hz():
    """Return a function: samples, shape (samples,) -> frequency of the highest peak of the spectrum, in hertz."""

    def measure(sound):
        window = torch.hann_window(len(sound), dtype=torch.float64)
        spectrum = torch.fft.rfft(sound.double() * window, n=8 * len(sound)).abs()
        return int(spectrum.argmax()) * SAMPLE_RATE / (8 * len(sound))

    return measure
