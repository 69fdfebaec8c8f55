"""Test sounds, and what is measured on them."""

import numpy as np

from audio.stems import SAMPLE_RATE

LOUD = 0.5


def sine(hertz, seconds=1.0, amplitude=LOUD, channels=1):
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return np.repeat((amplitude * np.sin(2 * np.pi * hertz * time)).astype(np.float32)[None], channels, axis=0)


def noise(seconds=1.0, channels=2, seed=0, amplitude=0.1):
    samples = round(seconds * SAMPLE_RATE)
    return (amplitude * np.random.default_rng(seed).standard_normal((channels, samples))).astype(np.float32)


def impulse(seconds=1.0, at_seconds=0.0, channels=1):
    sound = np.zeros((channels, round(seconds * SAMPLE_RATE)), np.float32)
    sound[:, round(at_seconds * SAMPLE_RATE)] = 1.0
    return sound


def rms_db(sound):
    return 10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-20)


def gain_db(effect, hertz, seconds=1.0, amplitude=LOUD):
    """The gain of an effect for a steady tone, after it has settled."""
    before = sine(hertz, seconds, amplitude)
    settled = slice(before.shape[-1] // 2, None)
    return rms_db(effect(before)[:, settled]) - rms_db(before[:, settled])


def level_db_at(sound, hertz):
    """The level of one partial of a steady sound, relative to full scale."""
    samples = sound.shape[-1]
    spectrum = np.abs(np.fft.rfft(sound[0] * np.blackman(samples))) / (0.42 * samples / 2)
    place = round(hertz * samples / SAMPLE_RATE)
    return 20 * np.log10(spectrum[max(0, place - 3) : place + 4].max() + 1e-12)
