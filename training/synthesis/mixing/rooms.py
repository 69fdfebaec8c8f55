"""Responses of rooms, plates and studio tricks: early reflections, then dense noise whose bands die away apart.

Decaying noise as the response of a room: Moorer, "About this reverberation business", Computer Music Journal 3(2),
1979, https://doi.org/10.2307/3680280. Bass rings longer than the middle, treble shorter, as air and walls have it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from audio.stems import SAMPLE_RATE
from training.synthesis.mixing.equaliser import high_pass, low_pass
from training.synthesis.mixing.sounds import Sound, from_mid_side, mid_side

RoomShape = Literal["natural", "gated", "reversed"]
LONGEST_SECONDS = 4.0
LOW_BAND_HZ, HIGH_BAND_HZ = 300.0, 4000.0


@dataclass(frozen=True)
class Room:
    """A room; the same settings are the same room."""

    seed: int
    decay_seconds: float
    """Time in which the middle band falls by 60 dB."""
    bass_decay: float = 1.2
    """Decay time below 300 Hz, relative to the middle."""
    treble_decay: float = 0.5
    """Decay time above 4 kHz, relative to the middle."""
    pre_delay_seconds: float = 0.01
    """Between the sound and the noise."""
    early_reflections: int = 6
    early_level_db: float = 0.0
    """Energy of the early reflections relative to the noise."""
    low_cut_hz: float = 150.0
    high_cut_hz: float = 12_000.0
    width: float = 1.0
    """Of the stereo image: 0 is one channel, 1 is two that have nothing in common."""
    shape: RoomShape = "natural"

    def response(self) -> Sound:
        """Return (2, samples) of unit energy a channel, without the direct sound; not to be written to."""
        return _response(self)


@lru_cache(maxsize=4)
def _response(room: Room) -> Sound:
    rng = np.random.default_rng(room.seed)
    tail = _tail(room, rng)
    start = round(room.pre_delay_seconds * SAMPLE_RATE)
    early = _early(room, max(start, 1), rng)
    response = np.zeros((2, max(start + tail.shape[-1], early.shape[-1])), np.float32)
    response[:, start : start + tail.shape[-1]] += tail / _root_energy(tail)
    response[:, : early.shape[-1]] += early * np.float32(10.0 ** (room.early_level_db / 20.0))
    mid, side = mid_side(low_pass(room.high_cut_hz)(high_pass(room.low_cut_hz)(response)))
    response = from_mid_side(mid, np.float32(room.width) * side)
    response /= _root_energy(response)
    response.flags.writeable = False  # It is kept for the next one who asks.
    return response


def _root_energy(response: Sound) -> np.float32:
    return np.float32(np.sqrt(0.5 * np.sum(np.square(response), dtype=np.float64)) + 1e-12)


def _tail(room: Room, rng: np.random.Generator) -> Sound:
    longest = max(1.0, room.bass_decay) * room.decay_seconds
    samples = max(64, round(min(longest, LONGEST_SECONDS) * SAMPLE_RATE))
    noise = rng.standard_normal((2, samples), dtype=np.float32)
    # The powers of these filters add up to one, which is all that matters for noise.
    above = high_pass(LOW_BAND_HZ, 2)(noise)
    bands = (low_pass(LOW_BAND_HZ, 2)(noise), low_pass(HIGH_BAND_HZ, 2)(above), high_pass(HIGH_BAND_HZ, 2)(above))
    decays = (room.bass_decay, 1.0, room.treble_decay)
    tail = sum(band * _fade(samples, share * room.decay_seconds) for band, share in zip(bands, decays, strict=True))
    whole = np.asarray(tail, np.float32)
    if room.shape == "natural":
        return whole
    # A gate keeps the loud part at one level and cuts it off; reversed noise swells instead.
    kept = whole[:, : max(64, round(0.5 * room.decay_seconds * SAMPLE_RATE))]
    level = kept / _fade(kept.shape[-1], room.decay_seconds)
    return level if room.shape == "gated" else level * _fade(kept.shape[-1], room.decay_seconds)[::-1]


def _fade(samples: int, seconds: float) -> NDArray[np.float32]:
    return np.power(10.0, -3.0 / (seconds * SAMPLE_RATE) * np.arange(samples)).astype(np.float32)


def _early(room: Room, samples: int, rng: np.random.Generator) -> Sound:
    """Return single reflections in the time before the noise, each from a side of its own."""
    span = max(samples, round(0.03 * SAMPLE_RATE))
    early = np.zeros((2, span), np.float32)
    if room.early_reflections == 0:
        return early
    places = rng.integers(round(0.002 * SAMPLE_RATE), span, (2, room.early_reflections))
    signs = rng.choice((-1.0, 1.0), (2, room.early_reflections))
    for channel in range(2):
        np.add.at(early[channel], places[channel], signs[channel] / (1.0 + places[channel] / (0.01 * SAMPLE_RATE)))
    early /= _root_energy(early)
    return early
