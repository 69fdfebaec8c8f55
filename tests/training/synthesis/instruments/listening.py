"""How the tests of the instruments listen: pitch, clicks, aliases, and whether the rich set can be played here."""

import numpy as np
import pytest

from audio.stems import SAMPLE_RATE
from training.synthesis.instruments.interfaces import JUDGEMENTS
from training.synthesis.instruments.packages import fluidsynth_is_there
from training.synthesis.instruments.rich import needed_files
from training.synthesis.instruments.signals import hertz

_MISSING = sorted({package for path, package in needed_files(JUDGEMENTS) if not path.exists()})
needs_packages = pytest.mark.skipif(
    bool(_MISSING) or not fluidsynth_is_there(),
    reason=f"Debian packages are not installed: {_MISSING or 'libfluidsynth3'}",
)
"""Skips a test where the sounds of the rich set are not installed."""


def cents_off(mono, pitch):
    """Distance in cents between the pitch that is heard and the one that was asked for, octaves apart or not."""
    transform_samples = 1 << 18
    power = np.abs(np.fft.rfft(mono * np.hanning(len(mono)), transform_samples))
    cents = np.arange(-600.0, 600.0, 2.0)
    candidates_hz = hertz(pitch) * 2.0 ** (cents / 1200.0)
    score = np.zeros(len(cents))
    for harmonic in (0.5, 1, 2, 3, 4, 5, 6, 8):
        bins = np.rint(candidates_hz * harmonic / SAMPLE_RATE * transform_samples).astype(int)
        score += np.sqrt(power[np.minimum(bins, len(power) - 1)])
    return float(cents[score.argmax()])


def roughness(sound):
    """The largest bend from sample to sample: a click bends more than the sound that it cuts."""
    return float(np.abs(np.diff(sound, n=2, axis=-1)).max(initial=0.0))


def alias_db(mono, frequency_hz):
    """Power off the harmonics beside all power, in decibels."""
    power = np.abs(np.fft.rfft(mono * np.blackman(len(mono)))) ** 2
    bins_hz = np.fft.rfftfreq(len(mono), 1.0 / SAMPLE_RATE)
    off = np.abs(bins_hz / frequency_hz - np.rint(bins_hz / frequency_hz)) * frequency_hz > 6.0
    return float(10.0 * np.log10(power[off].sum() / power.sum()))
