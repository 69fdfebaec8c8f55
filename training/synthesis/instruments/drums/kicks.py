"""Bass drums from acoustic to hard: a sine that falls to the pitch of the head, the beater's click, and some dirt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.synthesis.draws import chance, log_between, weighted
from training.synthesis.instruments.interfaces import Mono, Rng
from training.synthesis.instruments.modes import Modes
from training.synthesis.instruments.signals import fading, filtered, noise, sample_count, saturated, swelling, times
from training.synthesis.instruments.wavetables import moving_phases, radians


@dataclass(frozen=True)
class Kick:
    """A computed drum; see drums.kits.DrumVoice."""

    pitch_hz: float = 50.0
    sweep: float = 4.0
    """The pitch starts at 1 + sweep times pitch_hz."""
    sweep_seconds: float = 0.03
    ring_seconds: float = 0.5
    drive: float = 1.5
    click_gain: float = 0.3
    click_hz: float = 3000.0
    shell_gain: float = 0.0
    """Of the modes of an acoustic drum's shell and head."""

    def __call__(self, velocity: float, rng: Rng) -> Mono:
        """Return one stroke, (samples,)."""
        samples = sample_count(self.ring_seconds)
        fall = np.exp(times(samples) * np.float32(-1.0 / self.sweep_seconds))
        pitch_hz = np.float32(self.pitch_hz) * (1.0 + np.float32(self.sweep * (0.6 + 0.4 * velocity)) * fall)
        sound = np.sin(radians(moving_phases(pitch_hz))) * fading(samples, self.ring_seconds)
        if self.shell_gain:
            ratio = np.array([1.59, 2.14, 2.3, 2.65, 2.92, 3.5])
            modes = Modes(1.6 * self.pitch_hz * ratio, np.full(6, self.shell_gain / 3), 0.4 * self.ring_seconds / ratio)
            sound += modes.ring(samples)
        sound = saturated(sound, self.drive)
        click = filtered(
            noise(rng, samples) * fading(samples, 0.025), "bandpass", (0.4 * self.click_hz, 2 * self.click_hz)
        )
        return (sound + np.float32(self.click_gain * velocity) * click) * swelling(samples, 0.0007)


def random_kick(rng: Rng) -> Kick:
    """Draw a kind of bass drum, then its numbers."""
    kind = weighted(rng, {"acoustic": 3, "house": 2, "808": 2, "techno": 2, "hard": 1, "thump": 1})
    ranges = {
        "acoustic": ((45, 75), (0.5, 2.0), (0.008, 0.03), (0.15, 0.5), (0.5, 2.5)),
        "house": ((42, 60), (2.0, 7.0), (0.01, 0.04), (0.2, 0.5), (1.0, 4.0)),
        "808": ((38, 55), (0.5, 3.0), (0.01, 0.06), (0.7, 2.5), (0.5, 3.0)),
        "techno": ((40, 60), (3.0, 12.0), (0.008, 0.03), (0.25, 0.8), (2.0, 10.0)),
        "hard": ((45, 70), (4.0, 14.0), (0.02, 0.08), (0.3, 0.8), (8.0, 40.0)),
        "thump": ((50, 95), (0.3, 1.5), (0.01, 0.04), (0.1, 0.3), (0.5, 2.0)),
    }[kind]
    pitch, sweep, sweep_seconds, ring, drive = (log_between(rng, low, high) for low, high in ranges)
    return Kick(
        pitch,
        sweep,
        sweep_seconds,
        ring,
        drive,
        click_gain=log_between(rng, 0.05, 0.9),
        click_hz=log_between(rng, 1200.0, 6500.0),
        shell_gain=rng.uniform(0.1, 0.6) if kind == "acoustic" or chance(rng, 0.2) else 0.0,
    )
