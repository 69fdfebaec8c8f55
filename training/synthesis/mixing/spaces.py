"""Draw rooms, reverberation and echoes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from training.synthesis.draws import between, chance, log_between, pick, seed_for
from training.synthesis.mixing.delay import Delay
from training.synthesis.mixing.effect import Beside, Chain
from training.synthesis.mixing.reverb import Reverb
from training.synthesis.mixing.rooms import Room
from training.synthesis.mixing.tremolo import Chop

ECHO_BEATS = (0.25, 1.0 / 3.0, 0.5, 0.5, 0.75, 0.75, 1.0, 1.5)
LONGEST_ECHO_SECONDS = 1.2


def draw_long_room(rng: np.random.Generator) -> Room:
    """Draw a hall or a plate."""
    return _draw_room(rng, log_between(rng, 0.9, 4.0), between(rng, 0.0, 0.12))


def draw_short_room(rng: np.random.Generator) -> Room:
    """Draw a chamber or a small room."""
    return _draw_room(rng, log_between(rng, 0.15, 0.9), between(rng, 0.0, 0.03))


def draw_gated_room(rng: np.random.Generator) -> Room:
    """Draw a room that ends at once."""
    room = _draw_room(rng, between(rng, 0.4, 1.2), between(rng, 0.0, 0.02))
    return Room(room.seed, room.decay_seconds, 1.0, 1.0, room.pre_delay_seconds, shape="gated")


def draw_reversed_room(rng: np.random.Generator) -> Room:
    """Draw a room that swells."""
    return Room(seed_for(rng), between(rng, 0.6, 2.0), shape="reversed")


def _draw_room(rng: np.random.Generator, decay_seconds: float, pre_delay_seconds: float) -> Room:
    return Room(
        seed=seed_for(rng),
        decay_seconds=decay_seconds,
        bass_decay=between(rng, 0.7, 1.6),
        treble_decay=between(rng, 0.2, 0.9),
        pre_delay_seconds=pre_delay_seconds,
        early_reflections=int(rng.integers(0, 16)),
        early_level_db=between(rng, -10.0, 6.0),
        low_cut_hz=log_between(rng, 60.0, 500.0),
        high_cut_hz=log_between(rng, 2500.0, 16_000.0),
        width=between(rng, 0.2, 1.0) if chance(rng, 0.5) else 1.0,
    )


def draw_reverb(rng: np.random.Generator, room: Room, softest_db: float = -22.0, loudest_db: float = -4.0) -> Reverb:
    """Draw how loud a room is."""
    return Reverb(room, between(rng, softest_db, loudest_db))


def draw_delay(rng: np.random.Generator, beat_seconds: float, loudest_db: float = -5.0) -> Delay:
    """Draw echoes in time with the song, or a slap."""
    in_time = _echo_seconds(beat_seconds, pick(rng, ECHO_BEATS))
    return Delay(
        seconds=in_time if chance(rng, 0.85) else between(rng, 0.06, 0.16),
        feedback=between(rng, 0.05, 0.65),
        level_db=between(rng, -20.0, loudest_db),
        low_cut_hz=log_between(rng, 80.0, 600.0),
        high_cut_hz=log_between(rng, 1800.0, 10_000.0),
        ping_pong=chance(rng, 0.5),
    )


def _echo_seconds(beat_seconds: float, beats: float) -> float:
    """Return the time of so many beats, halved until it is a usual one, which keeps it in time."""
    halvings = max(0.0, np.ceil(np.log2(beats * beat_seconds / LONGEST_ECHO_SECONDS)))
    return float(beats * beat_seconds / 2.0**halvings)


def draw_throw(rng: np.random.Generator, beat_seconds: float) -> Beside:
    """Draw loud echoes of single words: a delay that hears one or two beats of eight or sixteen."""
    beats = int(pick(rng, (8, 16)))
    first, length = int(rng.integers(beats)), int(rng.integers(1, 3))
    heard = Chop(beat_seconds, tuple((beat - first) % beats < length for beat in range(beats)), 1.0)
    echoes = replace(draw_delay(rng, beat_seconds), level_db=0.0, dry=False)
    return Beside(Chain((heard, echoes)), between(rng, -12.0, -1.0))
