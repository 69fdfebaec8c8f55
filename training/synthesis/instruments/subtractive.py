"""A subtractive synthesiser: detuned oscillators, a filter that its envelope and a slow oscillator move, drive."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.synthesis.instruments.envelopes import Envelope
from training.synthesis.instruments.interfaces import Mono, Rng
from training.synthesis.instruments.playing import Tone
from training.synthesis.instruments.signals import filtered, hertz, noise, panned, saturated, times, without_rumble
from training.synthesis.instruments.wavetables import Filter, Phases, Wave, cycles, moving_phases, scan, steady_phases


@dataclass(frozen=True)
class Unison:
    """Several oscillators for one note."""

    voices: int = 1
    detune_cents: float = 8.0
    """Distance from the lowest to the highest."""
    width: float = 0.0
    """0 is mono; 1 puts the outer voices hard left and right."""

    def detunes(self) -> NDArray[np.float64]:
        """Return the cents of each voice, (voices,)."""
        return np.linspace(-0.5, 0.5, self.voices) * self.detune_cents if self.voices > 1 else np.zeros(1)


@dataclass(frozen=True)
class Wobble:
    """A slow sine that moves something; the depth is in the unit of what it moves."""

    rate_hz: float = 5.0
    depth: float = 0.0
    delay_seconds: float = 0.0
    """Time until it has grown to its full depth."""

    def __call__(self, samples: int, phase: float = 0.0) -> Mono:
        """Return the movement, (samples,); phase is a share of the cycle."""
        time = times(samples)
        grown = np.minimum(1.0, time / self.delay_seconds) if self.delay_seconds > 0 else np.float32(1.0)
        return (
            np.float32(self.depth) * grown * np.sin(np.float32(2 * np.pi) * (self.rate_hz * time + np.float32(phase)))
        )


@dataclass(frozen=True)
class Subtractive:
    """A voice for playing.NotePlayer."""

    wave: Wave = field(default_factory=Wave)
    tone_filter: Filter = field(default_factory=Filter)
    loudness: Envelope = field(default_factory=Envelope)
    brightness: Envelope = field(default_factory=Envelope)
    opening: float = 0.8
    """How far the envelope opens the filter at full velocity, from 0 to 1."""
    unison: Unison = field(default_factory=Unison)
    vibrato: Wobble = field(default_factory=Wobble)
    """In cents."""
    filter_wobble: Wobble = field(default_factory=Wobble)
    """As a share of the filter's range."""
    sub_gain: float = 0.0
    """Of a sine one octave below."""
    noise_gain: float = 0.0
    drive: float = 0.0
    """0 is clean; see signals.saturated."""

    def __call__(self, tone: Tone, rng: Rng) -> NDArray[np.float32]:
        """Return the tone, (samples,) or with width (2, samples)."""
        samples = tone.samples
        frequency_hz = hertz(tone.pitch)
        table = cycles(self.wave, frequency_hz, self.tone_filter)
        opening = self.brightness(samples) * np.float32(self.opening * (0.4 + 0.6 * tone.velocity))
        if self.filter_wobble.depth:
            opening = opening + self.filter_wobble(samples, rng.uniform())
        voices = [
            scan(table, self._phases(frequency_hz * 2.0 ** (cents / 1200.0), samples, rng), opening)
            for cents in self.unison.detunes()
        ]
        sound = spread_voices(voices, self.unison.width)
        sound = sound + self._extras(frequency_hz, samples, rng)
        if self.drive:
            # An asymmetric wave is bent to one side, by less and less as its filter closes.
            sound = without_rumble(saturated(sound, self.drive))
        return sound * self.loudness(samples)

    def _phases(self, frequency_hz: float, samples: int, rng: Rng) -> Phases:
        start = rng.uniform()
        if not self.vibrato.depth:
            return steady_phases(frequency_hz, samples, start)
        cents = self.vibrato(samples, rng.uniform())
        return moving_phases(np.float32(frequency_hz) * np.exp2(cents * np.float32(1 / 1200)), start)

    def _extras(self, frequency_hz: float, samples: int, rng: Rng) -> Mono:
        extra = np.zeros(samples, np.float32)
        if self.sub_gain:
            sine = cycles(Wave("sine"), frequency_hz)
            extra += np.float32(self.sub_gain) * scan(
                sine.repeat(2, 0), steady_phases(frequency_hz / 2, samples), extra
            )
        if self.noise_gain:
            extra += np.float32(self.noise_gain) * filtered(noise(rng, samples), "highpass", 2.0 * frequency_hz)
        return extra


def spread_voices(voices: list[Mono], width: float) -> NDArray[np.float32]:
    """Return the sum of unison voices at the level of one: mono, or from left to right."""
    gain = np.float32(1.0 / np.sqrt(len(voices)))
    if width == 0.0 or len(voices) == 1:
        total = voices[0].copy()
        for voice in voices[1:]:
            total += voice
        return total * gain
    positions = np.linspace(-width, width, len(voices))
    positions[1::2] *= -1.0
    stereo = panned(voices[0], float(positions[0]))
    for voice, position in zip(voices[1:], positions[1:], strict=True):
        stereo += panned(voice, float(position))
    return stereo * gain
