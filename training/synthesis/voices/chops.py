"""Chopped vocals: pieces of a sung line, cut on a grid, repeated, pitched and turned around, as samplers do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from audio.stems import SAMPLE_RATE
from training.synthesis.voices.doubles import interpolated
from training.synthesis.voices.performance import Mono

FADE_SAMPLES = 220
PATTERN_STEPS = 16
HEARD = 0.003
"""Below this a line is silent."""


@dataclass(frozen=True)
class Chop:
    """One step of a pattern."""

    piece: int
    """Which piece of the line; below 0 is a rest."""
    semitones: float
    """Played faster or slower."""
    share: float
    """How much of the step sounds."""
    backwards: bool


def draw_pattern(pieces: int, rng: np.random.Generator) -> tuple[Chop, ...]:
    """Return a pattern of PATTERN_STEPS steps over some pieces, a third of them rests, never all."""
    intervals = rng.choice((-12.0, -7.0, -5.0, 0.0, 0.0, 0.0, 3.0, 5.0, 7.0, 12.0), 3)
    chops = [
        Chop(
            int(rng.integers(pieces)) if rng.uniform() < 0.67 else -1,
            float(rng.choice(intervals)),
            float(rng.uniform(0.45, 1.0)),
            bool(rng.uniform() < 0.1),
        )
        for _ in range(PATTERN_STEPS)
    ]
    chops[0] = Chop(0, chops[0].semitones, chops[0].share, False)
    return tuple(chops)


def chopped(line: Mono, step_seconds: float, rng: np.random.Generator) -> Mono:
    """Return a line cut up, (samples,): a few pieces of it in a pattern that repeats.

    Args:
        line: (samples,).
        step_seconds: Of the grid, for example a quarter of a beat.
        rng: Random numbers.
    """
    step = max(2 * FADE_SAMPLES, round(step_seconds * SAMPLE_RATE))
    starts = heard_starts(line, int(rng.integers(2, 6)), 2 * step, rng)
    track = np.zeros_like(line)
    if not len(starts):
        return track
    pattern = draw_pattern(len(starts), rng)
    sounds = [_piece(line, int(starts[chop.piece]), step, chop) if chop.piece >= 0 else None for chop in pattern]
    for number in range(len(line) // step):
        sound = sounds[number % PATTERN_STEPS]
        if sound is not None:
            track[number * step : number * step + len(sound)] = sound
    return track


def heard_starts(line: Mono, count: int, samples: int, rng: np.random.Generator) -> np.ndarray:
    """Return where up to `count` pieces of `samples` that are not silent begin, (pieces,)."""
    blocks = np.abs(line[: len(line) // samples * samples]).reshape(-1, samples).mean(axis=1)
    heard = np.flatnonzero(blocks > HEARD)
    return rng.permutation(heard)[:count] * samples


def _piece(line: Mono, start: int, step: int, chop: Chop) -> Mono:
    length = max(2 * FADE_SAMPLES, int(step * chop.share))
    places = start + 2.0 ** (chop.semitones / 12.0) * np.arange(length)
    sound = interpolated(line, places[::-1] if chop.backwards else places)
    fade = np.ones(length, np.float32)
    fade[:FADE_SAMPLES] = np.linspace(0.0, 1.0, FADE_SAMPLES)
    fade[-FADE_SAMPLES:] = np.linspace(1.0, 0.0, FADE_SAMPLES)
    return fade * sound
