"""A monophonic synthesiser: one oscillator for the whole line, whose pitch glides and sings, for leads and basses.

Only one key sounds at a time, the last one; the oscillator's phase runs on from note to note, so that legato lines have
no seams. Tables are made for bands of pitches, as high notes hold fewer harmonics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from audio.stems import SAMPLE_RATE
from training.synthesis.instruments.envelopes import Envelope
from training.synthesis.instruments.interfaces import OWN, Mono, Rng, Sound, Source
from training.synthesis.instruments.levels import levelled
from training.synthesis.instruments.signals import hertz, release_curve, sample_count, saturated, without_rumble
from training.synthesis.instruments.subtractive import Unison, Wobble, spread_voices
from training.synthesis.instruments.wavetables import Filter, Phases, Wave, cycles, moving_phases, scan
from training.synthesis.scores import Note

_CONTROL_SAMPLES = 64
_BAND_SEMITONES = 5.0


@dataclass(frozen=True)
class Gliding:
    """An instrument."""

    name: str
    wave: Wave = field(default_factory=Wave)
    tone_filter: Filter = field(default_factory=Filter)
    loudness: Envelope = field(default_factory=Envelope)
    brightness: Envelope = field(default_factory=Envelope)
    opening: float = 0.8
    unison: Unison = field(default_factory=Unison)
    glide_seconds: float = 0.03
    vibrato: Wobble = field(default_factory=lambda: Wobble(5.5, 20.0, 0.3))
    """In cents."""
    release_seconds: float = 0.06
    filter_wobble: Wobble = field(default_factory=Wobble)
    drive: float = 0.0
    sources: tuple[Source, ...] = (OWN,)

    def play(self, notes: Sequence[Note], samples: int, rng: Rng) -> Sound:
        """See Instrument.play."""
        spans = _spans(notes, samples, self.release_seconds)
        stereo = self.unison.width > 0.0 and self.unison.voices > 1
        line = np.zeros((2, samples) if stereo else samples, np.float32)
        if not spans:
            return levelled(line)
        pitch_hz = self._pitch(spans, samples)
        detunes = self.unison.detunes()
        phases = [moving_phases(pitch_hz * np.float32(2.0 ** (cent / 1200.0)), rng.uniform()) for cent in detunes]
        tables: dict[float, NDArray[np.float32]] = {}
        before = spans[0].note.pitch
        for span in spans:
            highest = max(before, span.note.pitch)
            band = np.ceil(highest / _BAND_SEMITONES) * _BAND_SEMITONES
            if band not in tables:
                tables[band] = cycles(self.wave, hertz(band), self.tone_filter)
            line[..., span.start : span.stop] += self._note(span, tables[band], phases, rng)
            before = span.note.pitch
        if self.drive:
            line = without_rumble(saturated(line / np.float32(0.5), self.drive))
        return levelled(line)

    def _note(self, span: _Span, table: NDArray[np.float32], phases: list[Phases], rng: Rng) -> NDArray[np.float32]:
        length = span.stop - span.start
        opening = self.brightness(length) * np.float32(self.opening * (0.4 + 0.6 * span.note.velocity))
        if self.filter_wobble.depth:
            opening = opening + self.filter_wobble(length, rng.uniform())
        voices = [scan(table, phase[span.start : span.stop], opening) for phase in phases]
        gain = self.loudness(length) * np.float32(span.note.velocity)
        fall = release_curve(span.stop - span.release)
        gain[span.release - span.start :] *= fall
        return spread_voices(voices, self.unison.width) * gain

    def _pitch(self, spans: list[_Span], samples: int) -> Mono:
        """Return the pitch in hertz, (samples,), with glides and vibrato."""
        count = samples // _CONTROL_SAMPLES + 2
        target = np.full(count, spans[0].note.pitch)
        cents = np.zeros(count)
        for span in spans:
            first = span.start // _CONTROL_SAMPLES
            target[first:] = span.note.pitch
            if self.vibrato.depth:
                time = np.arange(count - first) * (_CONTROL_SAMPLES / SAMPLE_RATE)
                grown = np.clip(time / max(self.vibrato.delay_seconds, 1e-3) - 0.5, 0.0, 1.0)
                cents[first:] = self.vibrato.depth * grown * np.sin(2.0 * np.pi * self.vibrato.rate_hz * time)
        pole = np.exp(-3.0 * _CONTROL_SAMPLES / (max(self.glide_seconds, 1e-3) * SAMPLE_RATE))
        smooth = lfilter([1.0 - pole], [1.0, -pole], target, zi=[pole * target[0]])[0] + cents / 100.0
        curve = 440.0 * 2.0 ** ((smooth - 69.0) / 12.0)
        return np.interp(np.arange(samples), np.arange(count) * _CONTROL_SAMPLES, curve).astype(np.float32)


@dataclass(frozen=True)
class _Span:
    note: Note
    start: int
    release: int
    stop: int


def _spans(notes: Sequence[Note], samples: int, release_seconds: float) -> list[_Span]:
    """Return the notes in time, each ended by the next; of notes that start together the highest is heard."""
    spans: list[_Span] = []
    ordered = sorted(notes, key=lambda note: (note.start_seconds, note.pitch))
    for index, note in enumerate(ordered):
        start = max(0, round(note.start_seconds * SAMPLE_RATE))
        limit = samples
        if index + 1 < len(ordered):
            limit = min(samples, max(0, round(ordered[index + 1].start_seconds * SAMPLE_RATE)) + _CONTROL_SAMPLES)
        held = min(max(note.end_seconds - note.start_seconds, 0.03), limit / SAMPLE_RATE)
        stop = min(limit, start + sample_count(held) + sample_count(release_seconds))
        release = max(start, min(start + sample_count(held), stop - _CONTROL_SAMPLES))
        if stop - start > 2 * _CONTROL_SAMPLES:
            spans.append(_Span(note, start, release, stop))
    return spans
