"""Envelopes with the four stages of a synthesiser: attack, decay, sustain; the release belongs to the note's end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.synthesis.draws import log_between
from training.synthesis.instruments.interfaces import Mono, Rng
from training.synthesis.instruments.signals import DECAY_60_DB, sample_count, swelling, times


@dataclass(frozen=True)
class Envelope:
    """From 0 to 1 in attack_seconds, then towards `sustain`, of which 60 dB are gone after decay_seconds."""

    attack_seconds: float = 0.005
    decay_seconds: float = 0.5
    sustain: float = 0.7

    def __call__(self, samples: int) -> Mono:
        """Return the envelope, (samples,)."""
        fall = np.exp(np.float32(-DECAY_60_DB / self.decay_seconds) * times(samples))
        curve = np.roll(fall, shift := min(samples - 1, sample_count(self.attack_seconds)))
        curve[:shift] = 1.0
        return (self.sustain + np.float32(1.0 - self.sustain) * curve) * swelling(samples, self.attack_seconds)


def struck(rng: Rng, seconds: tuple[float, float] = (0.2, 2.0)) -> Envelope:
    """Draw an envelope that dies away, as a pluck does."""
    return Envelope(
        log_between(rng, 0.001, 0.006), log_between(rng, *seconds), float(rng.choice([0.0, 0.0, rng.uniform(0.0, 0.3)]))
    )


def held(rng: Rng) -> Envelope:
    """Draw an envelope that stays, as an organ or a string does."""
    return Envelope(log_between(rng, 0.003, 0.05), log_between(rng, 0.3, 2.0), rng.uniform(0.5, 1.0))


def slow(rng: Rng) -> Envelope:
    """Draw an envelope that swells, as a pad does."""
    return Envelope(log_between(rng, 0.05, 0.8), log_between(rng, 1.0, 4.0), rng.uniform(0.6, 1.0))
