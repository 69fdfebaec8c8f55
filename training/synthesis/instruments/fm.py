"""Frequency modulation: two to four sine operators (Chowning, "The Synthesis of Complex Audio Spectra", JAES 1973).

Electric pianos, bells, basses, brass. The stack is a chain (the last operator modulates the one before it) or two pairs
side by side. Side bands above half the sample rate would fold back, so the index is held down where they are strong
(the bandwidth after Carson's rule).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from training.synthesis.instruments.envelopes import Envelope
from training.synthesis.instruments.interfaces import Mono, Rng
from training.synthesis.instruments.playing import Tone
from training.synthesis.instruments.signals import HIGHEST_HZ, hertz
from training.synthesis.instruments.wavetables import radians, steady_phases


@dataclass(frozen=True)
class Operator:
    """A sine."""

    ratio: float = 1.0
    """Of the note's frequency."""
    amount: float = 1.0
    """Loudness of a carrier; index in radians of a modulator."""
    envelope: Envelope = field(default_factory=Envelope)


@dataclass(frozen=True)
class Stack:
    """A carrier and what modulates it, in a chain: carrier <- first <- second."""

    carrier: Operator
    modulators: tuple[Operator, ...]


@dataclass(frozen=True)
class FrequencyModulation:
    """A voice for playing.NotePlayer: a sum of stacks."""

    stacks: tuple[Stack, ...]

    def __call__(self, tone: Tone, rng: Rng) -> Mono:
        """Return the tone, (samples,)."""
        total = np.zeros(tone.samples, np.float32)
        for stack in self.stacks:
            total += self._sound(stack, tone, rng)
        return total

    def _sound(self, stack: Stack, tone: Tone, rng: Rng) -> Mono:
        modulation: Mono | np.float32 = np.float32(0.0)
        frequency_hz = hertz(tone.pitch)
        for operator in reversed(stack.modulators):
            room = max(0.0, 0.5 * HIGHEST_HZ / (frequency_hz * max(operator.ratio, stack.carrier.ratio)) - 1.0)
            index = min(operator.amount * (0.3 + 0.7 * tone.velocity), room)
            modulation = np.float32(index) * _sine(operator, frequency_hz, tone.samples, modulation)
        return np.float32(stack.carrier.amount) * _sine(stack.carrier, frequency_hz, tone.samples, modulation)


def _sine(operator: Operator, frequency_hz: float, samples: int, modulation: Mono | np.float32) -> Mono:
    angle = radians(steady_phases(frequency_hz * operator.ratio, samples))
    return np.sin(angle + modulation) * operator.envelope(samples)
