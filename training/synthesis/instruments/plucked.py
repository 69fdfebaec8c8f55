"""Plucked and struck strings: a piano, guitars, basses, harps and their relatives.

A string is a sum of decaying modes: where it is plucked sets their strengths (sin of the place), stiffness makes them
sharp, losses make high ones short, and a pickup or a body colours them (Fletcher and Rossing, The Physics of Musical
Instruments, chapters 2 and 12). This is what a digital waveguide computes sample by sample (Jaffe and Smith,
"Extensions of the Karplus-Strong Plucked-String Algorithm", 1983), at the exact pitch and in a few matrix products.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.synthesis.draws import log_between
from training.synthesis.instruments.interfaces import Mono, Rng
from training.synthesis.instruments.modes import Modes, joined
from training.synthesis.instruments.playing import Tone
from training.synthesis.instruments.signals import HIGHEST_HZ, fading, filtered, hertz, noise

Gain = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""A gain for each frequency in hertz."""
_MOST_MODES = 60


@dataclass(frozen=True)
class PluckedString:
    """A voice for playing.NotePlayer."""

    place: float = 0.15
    """Where it is plucked or struck, as a share of its length."""
    pickup: float = 0.0
    """Where a pickup listens, as a share of the length; 0 hears the bridge."""
    tilt: float = 1.0
    """Harmonic n has n ** -tilt times its strength: soft fingers and hammers tilt more."""
    ring_seconds: float = 4.0
    """Of the lowest mode at middle C; lower notes ring longer."""
    damping: float = 0.15
    """How much faster each higher mode dies."""
    stiffness: float = 5e-5
    """Inharmonicity: mode n lies at n sqrt(1 + stiffness n^2)."""
    strings: int = 1
    detune_cents: float = 1.0
    """Between the strings of one note."""
    body: Gain | None = None
    pick_gain: float = 0.1
    """Of the noise of the pick, finger or hammer."""
    pick_hz: float = 3000.0

    def __call__(self, tone: Tone, rng: Rng) -> Mono:
        """Return the tone, (samples,)."""
        cents = np.linspace(-0.5, 0.5, self.strings) * self.detune_cents if self.strings > 1 else np.zeros(1)
        place = float(np.clip(self.place * rng.uniform(0.9, 1.1), 0.02, 0.5))
        modes = joined(*(self._modes(hertz(tone.pitch + cent / 100.0), place, tone.velocity) for cent in cents))
        sound = modes.ring(tone.samples)
        if self.pick_gain:
            length = min(len(sound), 4000)
            click = filtered(
                noise(rng, length) * fading(length, 0.03), "bandpass", (0.4 * self.pick_hz, 2 * self.pick_hz)
            )
            sound[:length] += np.float32(self.pick_gain * tone.velocity) * click
        return sound

    def _modes(self, frequency_hz: float, place: float, velocity: float) -> Modes:
        count = int(np.clip(0.9 * HIGHEST_HZ / frequency_hz, 1, _MOST_MODES))
        number = np.arange(1, count + 1, dtype=float)
        # The lowest mode stays where it is, so that stiff strings are in tune.
        mode_hz = frequency_hz * number * np.sqrt((1.0 + self.stiffness * number**2) / (1.0 + self.stiffness))
        gain = np.abs(np.sin(np.pi * number * place)) * number ** -(self.tilt + 0.5 * (1.0 - velocity))
        if self.pickup:
            gain = gain * (0.1 + np.abs(np.sin(np.pi * number * self.pickup)))
        if self.body is not None:
            gain = gain * self.body(mode_hz)
        decay = self.ring_seconds * np.sqrt(261.6 / frequency_hz) / (1.0 + self.damping * (number - 1.0))
        gain *= 0.5 / np.sqrt(0.5 * np.sum(gain**2) + 1e-12) / np.sqrt(self.strings)
        return Modes(mode_hz, gain, decay, 0.5 * np.pi * (number % 2.0))


def body(centres_hz: tuple[float, ...], gain: float, width: float = 0.15) -> Gain:
    """Return the resonances of a wooden body or a throat: bells on a logarithmic scale over a flat floor.

    Args:
        centres_hz: Of the resonances.
        gain: Of each peak over the floor.
        width: In natural logarithms of frequency.
    """
    centres = np.log(np.asarray(centres_hz))

    def curve(frequency_hz: NDArray[np.float64]) -> NDArray[np.float64]:
        distance = (np.log(np.maximum(frequency_hz, 1.0))[..., None] - centres) / width
        return np.asarray(1.0 + gain * np.exp(-(distance**2)).sum(axis=-1))

    return curve


def random_body(rng: Rng, low_hz: float, high_hz: float, most: int = 6) -> Gain:
    """Draw the resonances of a body, somewhere between two frequencies."""
    centres = tuple(log_between(rng, low_hz, high_hz) for _ in range(int(rng.integers(2, most))))
    return body(centres, log_between(rng, 0.5, 5.0), rng.uniform(0.08, 0.3))
