"""Oscillators and filter in one: a table of single cycles, each with the filter a little more open, read by phase.

A cycle is built from its harmonics, so that nothing above HIGHEST_HZ exists that could fold back, and a filter of any
shape costs nothing: it is a factor on each harmonic. A sound is then one walk through the table, along the phase and,
for the filter's envelope, across the rows, blended between neighbours (wavetable scanning; compare Bristow-Johnson,
"Wavetable Synthesis 101", AES 1996). Phases are unsigned 32-bit integers, which wrap by themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from audio.stems import SAMPLE_RATE
from training.synthesis.instruments.interfaces import Mono
from training.synthesis.instruments.signals import HIGHEST_HZ

_INDEX_BITS = 13
_CYCLE = 1 << _INDEX_BITS
_TURN = 1 << 32
_PIECE = 8192
"""Samples in one step: what fits the processor's cache is three times as fast."""
FILTER_ROWS = 28
"""Filter positions from closed to open: five octaves are a quarter octave apart, and in between two are blended."""

Phases = NDArray[np.uint32]
Shape = Literal["saw", "square", "pulse", "triangle", "sine", "hollow", "bright"]


@dataclass(frozen=True)
class Wave:
    """The harmonics of an oscillator before its filter."""

    shape: Shape = "saw"
    pulse_width: float = 0.5
    """Of the shape "pulse": the share of the cycle that is high."""
    tilt: float = 0.0
    """Added to the slope: harmonic n has n ** -tilt times its strength."""
    formant: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = None
    """A fixed body: the gain at frequencies in hertz."""

    def harmonics(self, frequency_hz: float) -> NDArray[np.complex128]:
        """Return the strengths of harmonics 1, 2, 3... (count,), up to HIGHEST_HZ and what a cycle can hold."""
        count = int(np.clip(HIGHEST_HZ / frequency_hz, 1, _CYCLE // 2 - 1))
        number = np.arange(1, count + 1, dtype=float)
        strengths = _strengths(self, number) * number**-self.tilt
        if self.formant is not None:
            strengths = strengths * self.formant(number * frequency_hz)
        return np.asarray(strengths, np.complex128)


def _strengths(wave: Wave, number: NDArray[np.float64]) -> NDArray[np.complex128]:
    odd = number % 2.0
    if wave.shape == "pulse":
        return np.asarray((1.0 - np.exp(-2j * np.pi * number * wave.pulse_width)) / (2j * number), np.complex128)
    sines = {
        "saw": 1.0 / number,
        "bright": number**-0.6,
        "square": odd / number,
        "hollow": (odd + 0.08 * (1.0 - odd)) / number**1.2,
        "triangle": odd * np.sin(0.5 * np.pi * number) / number**2,
        "sine": (number == 1.0) * 1.0,
    }
    return np.asarray(-1j * sines[wave.shape], np.complex128)


@dataclass(frozen=True)
class Filter:
    """A low-pass filter with a resonance, and how far its envelope opens it."""

    closed_hz: float = 300.0
    open_hz: float = 8000.0
    resonance: float = 0.7
    """Quality factor: 0.7 is flat, 8 whistles."""
    poles: Literal[2, 4] = 4
    follow: float = 0.0
    """1 moves the corner with the pitch, 0 leaves it; the corners hold for the pitch of middle C."""

    def corners(self, frequency_hz: float, rows: int) -> NDArray[np.float64]:
        """Return the corner frequency of each row, closed first."""
        corners = self.closed_hz * (self.open_hz / self.closed_hz) ** (np.arange(rows) / max(1, rows - 1))
        return np.asarray(corners * (frequency_hz / 261.6) ** self.follow, np.float64)

    def response(self, harmonic_hz: NDArray[np.floating], corners: NDArray[np.floating]) -> NDArray[np.complexfloating]:
        """Return the gain of each row at each harmonic, (rows, harmonics)."""
        ratio = harmonic_hz[None] / corners[:, None]
        section = 1.0 / (1.0 - ratio**2 + 1j * ratio / self.resonance)
        return section if self.poles == 2 else section / (1.0 - ratio**2 + 1j * ratio / 0.6)


def cycles(wave: Wave, frequency_hz: float, tone_filter: Filter | None = None) -> NDArray[np.float32]:
    """Return a table (rows, samples of a cycle); one row without a filter.

    The unfiltered wave has a root mean square of 0.5, so that loudness falls as the filter closes.
    """
    harmonics = wave.harmonics(frequency_hz)
    harmonics *= 0.5 / max(1e-9, np.sqrt(0.5 * np.sum(np.abs(harmonics) ** 2)))
    spectra: NDArray[np.complexfloating] = harmonics[None]
    if tone_filter is not None:
        corners = tone_filter.corners(frequency_hz, FILTER_ROWS)
        spectra = spectra * tone_filter.response(frequency_hz * np.arange(1, len(harmonics) + 1), corners)
    padded = np.zeros((len(spectra), _CYCLE // 2 + 1), np.complex128)
    padded[:, 1 : len(harmonics) + 1] = spectra * (_CYCLE / 2)
    return np.fft.irfft(padded, axis=1).astype(np.float32)


def steady_phases(frequency_hz: float, samples: int, start: float = 0.0) -> Phases:
    """Return the phase of a constant pitch; start is a share of the cycle."""
    step = round(frequency_hz / SAMPLE_RATE * _TURN)
    return np.arange(samples, dtype=np.uint32) * np.uint32(step) + np.uint32(int(start * _TURN) % _TURN)


def moving_phases(frequency_hz: NDArray[np.floating], start: float = 0.0) -> Phases:
    """Return the phase of a pitch that moves; frequency_hz is (samples,)."""
    steps = (frequency_hz * (_TURN / SAMPLE_RATE)).astype(np.uint32)
    return np.cumsum(steps, dtype=np.uint32) + np.uint32(int(start * _TURN) % _TURN)


def radians(phases: Phases) -> Mono:
    """Return phases as angles from 0 to two pi."""
    return phases.astype(np.float32) * np.float32(2.0 * np.pi / _TURN)


def read_cycle(table: NDArray[np.float32], phases: Phases) -> Mono:
    """Return the wave of a table with one row (1, cycle), blended between its samples."""
    cycle, slope = table[0], np.diff(table[0], append=table[0, :1]) * np.float32(2.0 ** (_INDEX_BITS - 32))
    below = np.uint32((1 << (32 - _INDEX_BITS)) - 1)
    wave = np.empty(len(phases), np.float32)
    for start in range(0, len(phases), _PIECE):
        piece = phases[start : start + _PIECE]
        index = (piece >> np.uint32(32 - _INDEX_BITS)).astype(np.intp)
        part = slope.take(index, mode="clip")
        part *= piece & below
        part += cycle.take(index, mode="clip")
        wave[start : start + _PIECE] = part
    return wave


def scan(table: NDArray[np.float32], phases: Phases, opening: Mono) -> Mono:
    """Return the wave as the filter moves; opening is (samples,), from 0 (first row, closed) to 1 (last row, open)."""
    last = len(table) - 2
    values, slopes = table.ravel(), np.diff(table, axis=0).ravel()
    wave = np.empty(len(phases), np.float32)
    for start in range(0, len(phases), _PIECE):
        place = np.clip(opening[start : start + _PIECE], 0.0, 1.0) * np.float32(last + 1)
        row = np.minimum(place.astype(np.int32), last)
        place -= row
        index = (row << _INDEX_BITS) + (phases[start : start + _PIECE] >> np.uint32(32 - _INDEX_BITS)).astype(np.int32)
        index = index.astype(np.intp)
        part = slopes.take(index, mode="clip")
        part *= place
        part += values.take(index, mode="clip")
        wave[start : start + _PIECE] = part
    return wave
