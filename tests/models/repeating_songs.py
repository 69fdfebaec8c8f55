"""A made-up song whose accompaniment repeats to the sample and whose voice never does."""

import numpy as np
import torch

RATE = 44_100
HOP = 1024
LOOP_FRAMES = 48
"""The period, in steps of the STFT with a window of 4,096 samples: 1.1 s."""
LOOPS = 8


def repeating_song():
    """Return accompaniment and voice, each (2, samples)."""
    rng = np.random.default_rng(0)
    accompaniment = np.tile(_loop(rng), LOOPS)
    voice = _voice(rng, accompaniment.shape[-1])
    return tuple(torch.from_numpy(sound).float() for sound in (accompaniment, np.stack([voice, voice])))


def mean_square_ratio_db(reference, estimate):
    """Return the SDR over all channels and samples."""
    return float(10 * torch.log10(reference.square().sum() / (reference - estimate).square().sum()))


def _loop(rng):
    """Four plucked notes, each with a stroke and a place of its own."""
    samples = LOOP_FRAMES * HOP
    loop = np.zeros((2, samples))
    for start in range(0, samples, samples // 4):
        time = np.arange(samples - start) / RATE
        pitch_hz = rng.choice([110, 147, 196, 262, 330, 440])
        note = sum(np.sin(2 * np.pi * pitch_hz * partial * time) / partial for partial in range(1, 6))
        stroke = rng.standard_normal(len(time)) * np.exp(-60 * time)
        left = rng.uniform(0.3, 0.7)
        loop[:, start:] += 0.2 * np.outer([left, 1 - left], note * np.exp(-6 * time)) + 0.1 * stroke
    return loop


def _voice(rng, samples):
    """Syllables of random length, pitch and glide, with vibrato and gaps."""
    voice = np.zeros(samples)
    start = RATE // 3
    while start < samples - RATE // 2:
        seconds = rng.uniform(0.15, 0.45)
        time = np.arange(int(seconds * RATE)) / RATE
        bent = time + 6e-4 * np.sin(2 * np.pi * 5.5 * time) + rng.uniform(-0.4, 0.4) * time**2
        phase = 2 * np.pi * rng.uniform(250, 700) * bent
        sung = sum(np.sin(partial * phase) / partial for partial in range(1, 8))
        voice[start : start + len(time)] += 0.12 * sung * np.sqrt(np.sin(np.pi * time / seconds))
        start += int((seconds + rng.uniform(0.1, 0.6)) * RATE)
    return voice
