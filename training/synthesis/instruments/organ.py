"""Organs: drawbars (sines at fixed ratios) with key click, reed organs and accordions, and the rotating loudspeaker."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.synthesis.draws import log_between
from training.synthesis.instruments.envelopes import Envelope
from training.synthesis.instruments.interfaces import Mono, Rng, Sound
from training.synthesis.instruments.modes import Modes
from training.synthesis.instruments.playing import Tone
from training.synthesis.instruments.signals import fading, filtered, hertz, noise, times

DRAWBARS = (0.5, 1.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
"""Frequencies of the nine drawbars of a tonewheel organ, from 16' to 1'."""
_FOREVER_SECONDS = 1e5


@dataclass(frozen=True)
class DrawbarOrgan:
    """A voice for playing.NotePlayer."""

    drawbars: tuple[float, ...]
    """Positions from 0 (in) to 8 (out), one for each of DRAWBARS; each step is 3 dB."""
    click_gain: float = 0.1
    percussion: float = 0.0
    """Loudness of the third harmonic that dies away at each key."""
    attack_seconds: float = 0.004

    def __call__(self, tone: Tone, rng: Rng) -> Mono:
        """Return the tone, (samples,)."""
        drawn = np.array(self.drawbars)
        gain = np.where(drawn > 0, 10.0 ** (-3.0 * (8.0 - drawn) / 20.0), 0.0)
        gain *= 0.5 / np.sqrt(0.5 * np.sum(gain**2) + 1e-9)
        ratio = np.append(DRAWBARS, 3.0)
        decay = np.append(np.full(len(drawn), _FOREVER_SECONDS), 0.6)
        phase = rng.uniform(0.0, 2.0 * np.pi, len(ratio))
        sound = Modes(hertz(tone.pitch) * ratio, np.append(gain, self.percussion), decay, phase).ring(tone.samples)
        length = min(len(sound), 2000)
        sound[:length] += np.float32(self.click_gain) * filtered(
            noise(rng, length) * fading(length, 0.012), "highpass", 1200.0
        )
        return sound * Envelope(self.attack_seconds, 1.0, 1.0)(len(sound))


@dataclass(frozen=True)
class RotatingSpeaker:
    """A horn that turns: its sound grows and fades, left and right in turn, and its pitch bends a little."""

    rate_hz: float = 6.0
    depth: float = 0.4
    delay_seconds: float = 0.0004
    """How much nearer the horn comes."""

    def __call__(self, sound: Sound, rng: Rng) -> Sound:
        """Return the sound in the room, (2, samples)."""
        mono = np.float32(0.5) * (sound[0] + sound[1])
        low = filtered(mono, "lowpass", 700.0)
        high = mono - low
        place = np.arange(len(mono), dtype=np.float32)
        turn = np.float32(2.0 * np.pi * self.rate_hz) * times(len(mono)) + np.float32(rng.uniform(0.0, 6.28))
        heard = []
        for quarter in (0.0, 0.5 * np.pi):
            wave = np.sin(turn + np.float32(quarter))
            moved = np.interp(place - np.float32(22.05e3 * self.delay_seconds) * (1.0 + wave), place, high)
            heard.append(low + moved.astype(np.float32) * (1.0 - np.float32(self.depth) * (0.5 + 0.5 * wave)))
        return np.stack(heard)


def random_drawbars(rng: Rng) -> tuple[float, ...]:
    """Draw a registration; the fundamental is always out."""
    drawn = np.where(rng.uniform(size=9) < 0.55, rng.integers(1, 9, 9), 0)
    drawn[2] = rng.integers(6, 9)
    drawn[0] = min(drawn[0], drawn[2])
    return tuple(float(position) for position in drawn)


def random_speaker(rng: Rng) -> RotatingSpeaker:
    """Draw a speaker that turns slowly or fast."""
    rate_hz = log_between(rng, 0.6, 1.0) if rng.uniform() < 0.4 else log_between(rng, 5.5, 7.5)
    return RotatingSpeaker(rate_hz, rng.uniform(0.15, 0.6), rng.uniform(0.0002, 0.0006))
