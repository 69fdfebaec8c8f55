"""Doubles: the same line sung once more, an octave away, or whispered, and how such takes are spread in stereo.

No two takes are alike: words come some milliseconds early or late, notes are some cents off, the folds are never in
step. A second take is made from the frames of the first one, stretched and detuned by slow random curves, then
rendered anew, which costs as much as the line itself. `warped` makes a cheaper one from any sound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from audio.stems import SAMPLE_RATE
from training.synthesis.voices.bands import FRAME_SECONDS, HOP_SAMPLES, wander
from training.synthesis.voices.performance import Mono, Performance, SungPhrase, frames_between
from training.synthesis.voices.source_filter import VoiceFrames

Sound = NDArray[np.float32]
"""(2, samples)."""


@dataclass(frozen=True)
class Take:
    """How far a second take is from the first."""

    timing_seconds: float = 0.012
    """Standard deviation of when words come."""
    turn_seconds: float = 0.5
    """How fast timing and pitch wander."""
    pitch_cents: float = 8.0
    """Standard deviation of the pitch within the line."""
    detune_cents: float = 0.0
    """Of the whole line."""
    formant_share: float = 0.02
    """How much longer or shorter the throat may be, at most."""


def second_take(first: Performance, take: Take, rng: np.random.Generator) -> Performance:
    """Return another take of a performance: other timing, pitch and throat, same words and notes."""
    phrases = tuple(_taken(phrase, take, rng) for phrase in first.phrases)
    shift = first.formant_shift * (1.0 + take.formant_share * rng.uniform(-1.0, 1.0))
    return replace(first, phrases=phrases, formant_shift=round(shift, 2))


def _taken(phrase: SungPhrase, take: Take, rng: np.random.Generator) -> SungPhrase:
    voice = phrase.voice
    count = len(voice.pitch_hz)
    moved = np.arange(count) + take.timing_seconds / FRAME_SECONDS * wander(count, take.turn_seconds, rng)
    positions = np.clip(np.maximum.accumulate(moved), 0.0, count - 1.0)
    cents = take.detune_cents + take.pitch_cents * wander(count, take.turn_seconds, rng)
    pitch_hz = frames_between(voice.pitch_hz[:, None], positions)[:, 0] * 2.0 ** (cents / 1200.0)
    frames = VoiceFrames(
        frames_between(voice.bands_db, positions), frames_between(voice.noise, positions), pitch_hz.astype(np.float32)
    )
    return SungPhrase(phrase.start_seconds + rng.normal(0.0, 0.5 * take.timing_seconds), frames)


def warped(sound: Mono, take: Take, rng: np.random.Generator) -> Mono:
    """Return a sound (samples,) read early and late by turns, which moves its pitch a little as well.

    Cheaper than a second take, and for any sound. Only timing_seconds and turn_seconds count: a delay that changes by
    12 ms in half a second detunes by some 40 cents meanwhile.
    """
    frames = len(sound) // HOP_SAMPLES + 2
    delays = take.timing_seconds * SAMPLE_RATE * wander(frames, take.turn_seconds, rng)
    places = np.arange(len(sound), dtype=np.float64)
    places += np.interp(places, np.arange(frames) * HOP_SAMPLES, delays)
    return interpolated(sound, places)


def draw_warp(rng: np.random.Generator) -> Take:
    """Return a take for `warped` whose pitch stays as near to the first one's as people come, some 20 cents."""
    return Take(rng.uniform(0.003, 0.01), rng.uniform(0.6, 1.5))


def interpolated(sound: Mono, places: NDArray[np.float64]) -> Mono:
    """Return a sound (samples,) read at places (new samples,), in samples; cubic, silent outside."""
    padded = np.pad(sound, (2, 3))
    clipped = np.clip(places, -1.0, float(len(sound)))
    first = np.floor(clipped).astype(np.int32)
    fraction = (clipped - first).astype(np.float32)
    before, left, right, after = (padded[first + offset] for offset in (1, 2, 3, 4))
    # The cubic of Catmull and Rom, by Horner's rule.
    bend = 0.5 * (3.0 * (left - right) + after - before)
    slope = before - 2.5 * left + 2.0 * right - 0.5 * after
    return ((bend * fraction + slope) * fraction + 0.5 * (right - before)) * fraction + left


def spread(takes: Sequence[Mono], pans: Sequence[float], gains: Sequence[float]) -> Sound:
    """Return takes (samples,) each at a place in stereo, (2, samples), with constant power.

    Args:
        takes: At least one, all of one length.
        pans: From -1 (left) to 1 (right).
        gains: Factors.
    """
    angles = 0.25 * np.pi * (1.0 + np.asarray(pans))
    shares = np.stack((np.cos(angles), np.sin(angles))) * np.asarray(gains)
    sound = np.zeros((2, len(takes[0])), np.float32)
    for number, take in enumerate(takes):
        for channel in (0, 1):
            sound[channel] += np.float32(shares[channel, number]) * take
    return sound
