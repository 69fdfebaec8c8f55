"""Sub basses: a sine that falls to its pitch and rings, as the 808's kick played in tune, bent into harmonics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.synthesis.draws import log_between
from training.synthesis.instruments.interfaces import Mono, Rng
from training.synthesis.instruments.playing import Tone
from training.synthesis.instruments.signals import fading, filtered, hertz, noise, saturated, swelling, times
from training.synthesis.instruments.wavetables import moving_phases, radians


@dataclass(frozen=True)
class SubBass:
    """A voice for playing.NotePlayer."""

    drop_semitones: float = 12.0
    """How far above its pitch it starts."""
    drop_seconds: float = 0.05
    ring_seconds: float = 3.0
    drive: float = 1.5
    octave_gain: float = 0.0
    """Of a second sine one octave above."""
    click_gain: float = 0.1
    attack_seconds: float = 0.003

    def __call__(self, tone: Tone, rng: Rng) -> Mono:
        """Return the tone, (samples,)."""
        fall = np.exp(times(tone.samples) * np.float32(-5.0 / self.drop_seconds))
        pitch_hz = np.float32(hertz(tone.pitch)) * np.exp2(np.float32(self.drop_semitones / 12.0) * fall)
        angle = radians(moving_phases(pitch_hz))
        sound = np.sin(angle)
        if self.octave_gain:
            sound += np.float32(self.octave_gain) * np.sin(2.0 * angle)
        sound = saturated(sound * fading(len(sound), self.ring_seconds), self.drive * (0.4 + 0.6 * tone.velocity))
        length = min(len(sound), 1500)
        click = filtered(noise(rng, length) * fading(length, 0.015), "bandpass", (800.0, 5000.0))
        sound[:length] += np.float32(self.click_gain) * click
        return sound * swelling(len(sound), self.attack_seconds)


def random_808(rng: Rng) -> SubBass:
    """Draw a long, falling sub bass."""
    return SubBass(
        drop_semitones=log_between(rng, 2.0, 30.0),
        drop_seconds=log_between(rng, 0.02, 0.12),
        ring_seconds=log_between(rng, 1.0, 8.0),
        drive=log_between(rng, 0.5, 8.0),
        octave_gain=rng.uniform(0.0, 0.3),
        click_gain=rng.uniform(0.0, 0.3),
    )


def random_sine(rng: Rng) -> SubBass:
    """Draw a plain sub bass, at its pitch from the start."""
    return SubBass(
        drop_semitones=0.0,
        ring_seconds=log_between(rng, 4.0, 60.0),
        drive=log_between(rng, 0.2, 3.0),
        octave_gain=rng.uniform(0.0, 0.6),
        click_gain=0.0,
        attack_seconds=log_between(rng, 0.003, 0.03),
    )
