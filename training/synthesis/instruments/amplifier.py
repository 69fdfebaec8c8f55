"""Amplifiers for guitars and basses: a tight low end, drive at twice the rate, and the cabinet's narrow band.

All strings go through one bent line, so that chords grow their sums and differences: this is what tells a distorted
guitar from a synthesiser. The cabinet is a resonant band with steep sides, its corners drawn for each amplifier.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, firwin, upfirdn

from audio.stems import SAMPLE_RATE
from training.synthesis.draws import log_between
from training.synthesis.instruments.interfaces import Mono, Rng, Sound
from training.synthesis.instruments.signals import apply_sections, doubled, filtered
from training.synthesis.mixing.equaliser import Band

_HALF_BAND_TAPS = 19


@dataclass(frozen=True)
class Amplifier:
    """From clean to fuzz; mono in its middle, the two channels out are equal unless `wide`."""

    drive: float = 8.0
    """Gain in front of the bent line, where the line has peaks of 1."""
    asymmetry: float = 0.1
    """Shift of the working point: even harmonics."""
    tight_hz: float = 120.0
    """Lows below it stay out of the drive."""
    low_hz: float = 80.0
    high_hz: float = 5000.0
    """Band of the cabinet."""
    presence_hz: float = 2500.0
    presence_db: float = 4.0
    blend: float = 1.0
    """1 is the amplifier alone; less keeps clean sound beside it, as with basses."""
    wide: bool = False
    """Both channels are driven on their own, so that two takes stay apart."""

    def __call__(self, sound: Sound, rng: Rng) -> Sound:
        """Return the amplified sound, (2, samples)."""
        if self.wide:
            return np.stack([self._amplified(channel) for channel in sound])
        return doubled(self._amplified(np.float32(0.5) * (sound[0] + sound[1])))

    def _amplified(self, mono: Mono) -> Mono:
        level = float(np.abs(mono).max(initial=0.0))
        if level == 0.0:
            return mono
        tight = filtered(mono / np.float32(level), "highpass", self.tight_hz)
        driven = _bent(tight, self.drive, self.asymmetry)
        colour = apply_sections(driven, self._cabinet())
        return np.float32(self.blend) * colour + np.float32((1.0 - self.blend) / level) * mono

    def _cabinet(self) -> NDArray[np.float64]:
        return np.concatenate(
            (
                butter(2, self.low_hz, "highpass", fs=SAMPLE_RATE, output="sos"),
                Band("peak", self.presence_hz, self.presence_db, 1.0).section()[None],
                butter(4, self.high_hz, "lowpass", fs=SAMPLE_RATE, output="sos"),
            )
        )


def _bent(mono: Mono, drive: float, asymmetry: float) -> Mono:
    """Return tanh of the driven sound, computed at twice the rate so that little folds back."""
    taps = firwin(_HALF_BAND_TAPS, 0.5).astype(np.float32)
    faster = upfirdn(2.0 * taps, mono, up=2)
    bent = np.tanh(np.float32(drive) * faster + np.float32(asymmetry)) - np.float32(np.tanh(asymmetry))
    delay = _HALF_BAND_TAPS - 1  # of both filters, at the double rate
    slower = upfirdn(taps, bent, down=2)
    return np.asarray(slower[delay // 2 : delay // 2 + len(mono)], np.float32)


def random_guitar_amplifier(rng: Rng, gain: str) -> Amplifier:
    """Draw an amplifier for guitar; gain is "clean", "crunch" or "high"."""
    drive = {"clean": (0.6, 2.0), "crunch": (3.0, 15.0), "high": (15.0, 120.0)}[gain]
    return Amplifier(
        drive=log_between(rng, *drive),
        asymmetry=rng.uniform(0.0, 0.4),
        tight_hz=log_between(rng, 60.0, 300.0),
        low_hz=log_between(rng, 60.0, 140.0),
        high_hz=log_between(rng, 3200.0, 9000.0),
        presence_hz=log_between(rng, 1200.0, 4500.0),
        presence_db=rng.uniform(-3.0, 9.0),
    )


def random_bass_amplifier(rng: Rng) -> Amplifier:
    """Draw an amplifier for bass: some clean low end stays beside the drive."""
    return Amplifier(
        drive=log_between(rng, 1.0, 60.0),
        asymmetry=rng.uniform(0.0, 0.4),
        tight_hz=log_between(rng, 30.0, 200.0),
        low_hz=log_between(rng, 30.0, 60.0),
        high_hz=log_between(rng, 2000.0, 10_000.0),
        presence_hz=log_between(rng, 500.0, 3000.0),
        presence_db=rng.uniform(-4.0, 10.0),
        blend=rng.uniform(0.3, 1.0),
    )
