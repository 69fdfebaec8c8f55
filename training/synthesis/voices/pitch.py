"""The pitch of a sung phrase: glides, scoops, vibrato, drift and falls around the notes.

A glide is the step response of a damped spring, as in the model of sung pitch by Saitou, Unoki and Akagi ("Development
of an F0 control model based on F0 dynamic characteristics for singing-voice synthesis", Speech Communication 46, 2005),
with its overshoot; it is moved forward so that half of it is done when the vowel begins, as singers do.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.synthesis.voices.bands import FRAME_SECONDS, seconds_to_frames, wander
from training.synthesis.voices.delivery import Delivery

CONCERT_PITCH_HZ = 440.0
SHORTEST_VIBRATO_SECONDS = 0.35
"""Shorter notes have none."""


def midi_to_hz(pitch: NDArray | float) -> NDArray:
    """Return hertz for semitones as MIDI counts them."""
    return CONCERT_PITCH_HZ * 2.0 ** ((np.asarray(pitch) - 69.0) / 12.0)


def hz_to_midi(hertz: NDArray | float | np.floating) -> NDArray:
    """Return semitones as MIDI counts them."""
    return 69.0 + 12.0 * np.log2(np.asarray(hertz) / CONCERT_PITCH_HZ)


def glide_kernel(delivery: Delivery) -> NDArray[np.float64]:
    """Return the weights with which a step of the pitch becomes a glide; they add up to 1."""
    frames = delivery.glide_seconds / FRAME_SECONDS
    if frames < 1.0:
        return np.ones(1)
    damping = 1.0 - 0.45 * delivery.overshoot
    speed = 4.0 / frames
    times = np.arange(int(3 * frames) + 2)
    ringing = speed * np.sqrt(max(1e-6, 1.0 - damping**2))
    kernel = np.exp(-damping * speed * times) * np.sin(ringing * times) / ringing
    return kernel / kernel.sum()


def gliding(steps: NDArray, delivery: Delivery) -> NDArray[np.float64]:
    """Return steps of the pitch (frames,) as glides whose middles lie where the steps were."""
    kernel = glide_kernel(delivery)
    half = int(np.searchsorted(np.cumsum(kernel), 0.5))
    padded = np.pad(steps, (len(kernel) - 1 - half, half), mode="edge")
    return np.convolve(padded, kernel, mode="valid")


def vibrato(onsets: Sequence[int], frames: int, delivery: Delivery, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the vibrato (frames,) in semitones: none at first, then growing, its speed and depth never quite even."""
    ends = [*onsets[1:], frames]
    depth = np.zeros(frames)
    for start, end in zip(onsets, ends, strict=True):
        seconds = np.arange(end - start) * FRAME_SECONDS
        if len(seconds) * FRAME_SECONDS > SHORTEST_VIBRATO_SECONDS:
            grown = np.clip((seconds - delivery.vibrato_delay_seconds) / 0.25, 0.0, 1.0)
            depth[start:end] = delivery.vibrato_semitones * rng.uniform(0.6, 1.2) * grown
    hertz = delivery.vibrato_hz * (1.0 + 0.04 * wander(frames, 0.4, rng))
    depth *= 1.0 + 0.1 * wander(frames, 0.5, rng)
    return depth * np.sin(2.0 * np.pi * (rng.uniform() + np.cumsum(hertz) * FRAME_SECONDS))


def scoops(onsets: Sequence[int], frames: int, delivery: Delivery, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return how far below their notes some of them begin, (frames,) in semitones, the first one twice as often."""
    bend = np.zeros(frames)
    for index, start in enumerate(onsets):
        if rng.uniform() < delivery.scoop_share * (2.0 if index == 0 else 1.0):
            depth = delivery.scoop_semitones * rng.uniform(0.4, 1.2)
            seconds = np.arange(frames - start) * FRAME_SECONDS
            bend[start:] -= depth * np.exp(-seconds / rng.uniform(0.03, 0.1))
            bend[:start] -= depth * (index == 0)
    return bend


def sung_pitch(
    pitches: Sequence[float], onsets: Sequence[int], frames: int, delivery: Delivery, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return the pitch of a phrase, (frames,) in semitones as MIDI counts them.

    Args:
        pitches: Of the notes.
        onsets: Frames where their vowels begin, rising.
        frames: Length of the phrase.
        delivery: Manner.
        rng: Random numbers.
    """
    steps = np.full(frames, pitches[0], np.float64)
    for pitch, start in zip(pitches, onsets, strict=True):
        steps[start:] = pitch + 0.01 * delivery.intonation_cents * rng.standard_normal()
    contour = gliding(steps, delivery)
    contour += vibrato(onsets, frames, delivery, rng)
    contour += scoops(onsets, frames, delivery, rng)
    contour += 0.01 * delivery.drift_cents * wander(frames, 0.7, rng)
    contour += 0.01 * delivery.flutter_cents * wander(frames, 0.06, rng)
    if rng.uniform() < delivery.fall_share:
        length = min(frames - onsets[-1], seconds_to_frames(rng.uniform(0.1, 0.25)))
        contour[frames - length :] -= delivery.fall_semitones * rng.uniform(0.3, 1.0) * np.linspace(0, 1, length) ** 2
    return contour
