"""Many detuned players at once: supersaws, string sections, choirs and pads, each from one inverse Fourier transform.

Every partial of every player is put into a long spectrum as one line, at its own detuned frequency and with a random
phase; the transform back is a loop of three seconds without a seam (after Nasca Octavian Paul's PADsynth algorithm,
https://zynaddsubfx.sourceforge.io/doc/PADsynth/PADsynth.htm). The number of players costs nothing. A second loop with a
lower filter makes the brightness move.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from audio.stems import SAMPLE_RATE
from training.synthesis.instruments.envelopes import Envelope
from training.synthesis.instruments.interfaces import Rng, Sound
from training.synthesis.instruments.playing import Tone
from training.synthesis.instruments.signals import HIGHEST_HZ, hertz
from training.synthesis.instruments.subtractive import Wobble

_LOOP_SAMPLES = 1 << 17


@dataclass(frozen=True)
class Ensemble:
    """A voice for playing.NotePlayer."""

    players: int = 7
    detune_cents: float = 20.0
    """The players lie at random inside such a span, around the pitch."""
    tilt: float = 1.0
    """Harmonic n has the strength n ** -tilt."""
    even: float = 1.0
    """Strength of even harmonics: 0 is a square wave."""
    cutoff_hz: tuple[float, float] = (800.0, 6000.0)
    """Corner of the filter (12 dB for each octave) at the dark and the bright end."""
    formant: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = None
    width: float = 1.0
    """0 is mono, 1 gives both ears players of their own."""
    octaves: tuple[float, ...] = (1.0,)
    """Ratios of frequency that sound together, such as 1 and 2."""
    loudness: Envelope = field(default_factory=lambda: Envelope(0.05, 1.0, 0.9))
    brightness: Envelope = field(default_factory=lambda: Envelope(0.2, 2.0, 0.5))
    brightness_wobble: Wobble = field(default_factory=Wobble)

    def __call__(self, tone: Tone, rng: Rng) -> Sound:
        """Return the tone, (2, samples)."""
        samples = tone.samples
        opening = self.brightness(samples) * np.float32(0.4 + 0.6 * tone.velocity)
        if self.brightness_wobble.depth:
            opening = np.clip(opening + self.brightness_wobble(samples, rng.uniform()), 0.0, 1.0)
        shape = self.loudness(samples)
        sound = np.empty((2, samples), np.float32)
        common = self._spectra(hertz(tone.pitch), rng)
        for channel in range(2):
            own = self._spectra(hertz(tone.pitch), rng) if self.width else common
            dark, bright = scipy.fft.irfft((1.0 - self.width) * common + self.width * own, n=_LOOP_SAMPLES, axis=1)
            dark, bright = np.resize(dark, samples), np.resize(bright, samples)
            sound[channel] = (dark + opening * (bright - dark)) * shape
        return sound

    def _spectra(self, frequency_hz: float, rng: Rng) -> NDArray[np.complex64]:
        """Return the spectra of the dark and the bright loop, (2, bins)."""
        spectra = np.zeros((2, _LOOP_SAMPLES // 2 + 1), np.complex64)
        players = self.players * len(self.octaves)
        cents = self.detune_cents * rng.uniform(-0.5, 0.5, players)
        detune = 2.0 ** ((cents - cents.mean()) / 1200.0)
        base_hz = frequency_hz * detune * np.tile(self.octaves, self.players)
        number = np.arange(1, 1 + max(1, int(0.98 * HIGHEST_HZ / base_hz.min())))
        partial_hz = np.outer(base_hz, number)
        strength = number**-self.tilt * np.where(number % 2 == 0, self.even, 1.0) * np.ones_like(partial_hz)
        if self.formant is not None:
            strength = strength * self.formant(partial_hz)
        strength[partial_hz > HIGHEST_HZ] = 0.0
        strength *= _LOOP_SAMPLES * 0.25 / np.sqrt(np.sum(strength**2) + 1e-12)
        lines = strength * np.exp(2j * np.pi * rng.uniform(size=partial_hz.shape))
        bins = np.minimum(np.rint(partial_hz * (_LOOP_SAMPLES / SAMPLE_RATE)).astype(int), spectra.shape[1] - 1)
        for row, corner_hz in enumerate(self.cutoff_hz):
            np.add.at(spectra[row], bins, lines / (1.0 + (partial_hz / corner_hz) ** 2))
        return spectra
