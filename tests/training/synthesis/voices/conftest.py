"""Lines to sing, a voice to sing them with, and what is measured of the sound."""

from itertools import pairwise

import numpy as np
import pytest

from training.synthesis.scores import Note, VocalLine
from training.synthesis.voices.formant_singer import draw_throat
from training.synthesis.voices.singing import VoiceSinger

SAMPLE_RATE = 44_100


class Measures:
    """What tests measure of sound; a class, so that a fixture can hand it out."""

    @staticmethod
    def off_cents(sound, pitch_hz):
        """By how many cents the usual pitch differs from pitch_hz, at most 100: where partials are strongest."""
        size = 1 << 17
        blocks = np.lib.stride_tricks.sliding_window_view(sound, 6144)[::3072]
        spectra = np.abs(np.fft.rfft(blocks * np.hanning(6144), size, axis=1))
        cents = np.arange(-100, 101)
        partials = np.arange(1, 9)[:, None] * pitch_hz * 2.0 ** (cents / 1200.0)
        strength = np.log(spectra[:, np.rint(partials * size / SAMPLE_RATE).astype(int)] + 1e-9).sum(axis=1)
        return round(float(np.median(cents[strength.argmax(axis=1)])))

    @staticmethod
    def density(sound, edges_hz):
        """Mean power density between each two edges, in decibels."""
        power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
        hz = np.fft.rfftfreq(len(sound), 1.0 / SAMPLE_RATE)
        bands = [power[(hz >= low) & (hz < high)] for low, high in pairwise(edges_hz)]
        return np.array([10 * np.log10(band.mean() + 1e-20) for band in bands])

    @staticmethod
    def noisiness_db(sound, pitch_hz):
        """How far the spectrum between the partials lies below the partials, from 1 to 5 kHz; nearer 0 is noisier."""
        size = 1 << 17
        blocks = sound[: len(sound) // 4096 * 4096].reshape(-1, 4096) * np.hanning(4096)
        power = (np.abs(np.fft.rfft(blocks, size)) ** 2).mean(axis=0)
        partials = np.arange(np.ceil(1000 / pitch_hz), 5000 / pitch_hz)
        on, between = (
            power[np.rint(places * pitch_hz * size / SAMPLE_RATE).astype(int)] for places in (partials, partials + 0.5)
        )
        return float(np.mean(10 * np.log10((between + 1e-20) / (on + 1e-20))))

    @staticmethod
    def rms(sound):
        """Root mean square."""
        return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64))))


@pytest.fixture
def measures():
    return Measures


@pytest.fixture
def rng():
    return np.random.default_rng(5)


@pytest.fixture
def throat():
    """A made-up voice: a man."""
    return draw_throat("a man", 1.0, 110.0, np.random.default_rng(3))


@pytest.fixture
def singer(throat):
    return VoiceSinger("a man", 45.0, 65.0, throat)


@pytest.fixture
def long_notes():
    """A line of a single phrase: two notes of 1.5 s from 0.5 s on."""

    def line(style="plain", pitches=(57.0, 61.0), velocity=0.8):
        notes = tuple(
            Note(0.5 + 1.5 * number, 2.0 + 1.5 * number, pitch, velocity) for number, pitch in enumerate(pitches)
        )
        return VocalLine("lead", style, (notes,))

    return line


@pytest.fixture
def two_phrases():
    """Four short notes, a pause of 2 s, four more: from 1 to 3 s and from 5 to 7 s."""

    def line(style="plain", part="lead"):
        phrases = tuple(
            tuple(Note(start + 0.5 * number, start + 0.5 * number + 0.48, 55.0 + number) for number in range(4))
            for start in (1.0, 5.0)
        )
        return VocalLine(part, style, phrases)

    return line
