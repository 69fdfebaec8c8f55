"""Made-up instruments: drums, bass, chords, leads and a singing voice, written in numpy and scipy.

The voice is a source-filter model: a pulse train with vibrato and glides, shaped by five formant resonators
(Fant, Acoustic Theory of Speech Production, 1960; formant frequencies after Peterson and Barney, 1952). Drums are
decaying modes plus filtered noise. Nothing here needs a sound font or a system package, so sample tracks can be
made anywhere. Every function returns a new array at 44.1 kHz and draws only from the generator it is given.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, lfilter, sosfilt

from audio.stems import SAMPLE_RATE

Signal = NDArray[np.float64]

VOWEL_FORMANTS_HZ = {
    "a": (730.0, 1090.0, 2440.0, 3400.0, 4500.0),
    "e": (530.0, 1840.0, 2480.0, 3500.0, 4500.0),
    "i": (270.0, 2290.0, 3010.0, 3600.0, 4600.0),
    "o": (570.0, 840.0, 2410.0, 3300.0, 4400.0),
    "u": (300.0, 870.0, 2240.0, 3200.0, 4300.0),
}
FORMANT_GAINS = (1.0, 0.9, 0.8, 0.7, 0.5)
FORMANT_BANDWIDTHS_HZ = (80.0, 100.0, 130.0, 180.0, 250.0)
CHORD_SOUNDS = ("pad", "guitar", "piano", "organ", "pluck")


@dataclass(frozen=True)
class SungNote:
    """One syllable: when it starts, how long it lasts, its pitch, vowel, and whether a hiss opens it."""

    start_seconds: float
    length_seconds: float
    pitch_hz: float
    vowel: str
    consonant: bool


@dataclass(frozen=True)
class Singer:
    """A voice: the size of the throat (1 is an adult man), vibrato, tone and breath."""

    formant_scale: float
    vibrato_hz: float
    vibrato_cents: float
    glide_seconds: float
    cutoff_hz: float
    breath: float


def seconds_to_samples(seconds: float) -> int:
    """Return the nearest whole number of samples, at least one."""
    return max(1, round(seconds * SAMPLE_RATE))


def band_limit(signal: Signal, kind: str, cutoff_hz: float | tuple[float, float]) -> Signal:
    """Filter with a second-order Butterworth section; kind is lowpass, highpass or bandpass."""
    return np.asarray(sosfilt(butter(2, cutoff_hz, kind, fs=SAMPLE_RATE, output="sos"), signal, axis=-1))


def decay(samples: int, seconds: float) -> Signal:
    """Return an exponential that falls by 60 dB in the given time."""
    return np.exp(-6.9 / seconds / SAMPLE_RATE * np.arange(samples))


def envelope(samples: int, attack_seconds: float, release_seconds: float) -> Signal:
    """Return a flat envelope (samples,) with a smooth start and a smooth end."""
    position = np.arange(samples) / SAMPLE_RATE
    left = (samples - 1) / SAMPLE_RATE - position
    rise = np.clip(position / attack_seconds, 0.0, 1.0)
    fall = np.clip(left / release_seconds, 0.0, 1.0)
    return np.asarray(np.sin(0.5 * np.pi * rise) * np.sin(0.5 * np.pi * fall))


def sawtooth(frequency_hz: Signal, phase: float = 0.0) -> Signal:
    """Return a sawtooth (samples,) that follows frequency_hz, its corners rounded against aliasing.

    The polynomial step correction is that of Valimaki and Huovilainen, IEEE Signal Processing Magazine, 2007.
    """
    step = frequency_hz / SAMPLE_RATE
    cycle = (phase + np.cumsum(step)) % 1.0
    after = np.clip(1.0 - cycle / step, 0.0, None)
    before = np.clip(1.0 - (1.0 - cycle) / step, 0.0, None)
    return np.asarray(2.0 * cycle - 1.0 + after**2 - before**2)


def partials(pitch_hz: float, samples: int, tilt: float, ring_seconds: float, stretch: float = 0.0) -> Signal:
    """Return a struck string (samples,): higher partials are weaker (power `tilt`), fade faster, run sharp."""
    time = np.arange(samples) / SAMPLE_RATE
    note = np.zeros(samples)
    for number in range(1, 25):
        frequency = pitch_hz * number * np.sqrt(1.0 + stretch * number**2)
        if frequency > 12000.0:
            break
        fade = np.exp(-6.9 / ring_seconds * (1.0 + 0.25 * number) * time)
        note += number**-tilt * fade * np.sin(2.0 * np.pi * frequency * time + number)
    return note * envelope(samples, 0.002, 0.03)


def kick(rng: np.random.Generator, pitch_hz: float, ring_seconds: float) -> Signal:
    """Return a bass drum: a sine that drops quickly to pitch_hz, and the click of the beater."""
    samples = seconds_to_samples(ring_seconds)
    time = np.arange(samples) / SAMPLE_RATE
    frequency = pitch_hz * (1.0 + 3.0 * np.exp(-time / 0.018))
    body = np.sin(2.0 * np.pi * np.cumsum(frequency) / SAMPLE_RATE) * decay(samples, ring_seconds)
    click = band_limit(rng.standard_normal(samples), "bandpass", (1500.0, 6000.0)) * decay(samples, 0.03)
    return np.tanh(1.6 * body) + rng.uniform(0.1, 0.5) * click


def snare(rng: np.random.Generator, pitch_hz: float, ring_seconds: float) -> Signal:
    """Return a snare drum: two short modes of the head and the rattle of the wires."""
    samples = seconds_to_samples(ring_seconds)
    time = np.arange(samples) / SAMPLE_RATE
    head = np.sin(2.0 * np.pi * pitch_hz * time) + 0.6 * np.sin(2.0 * np.pi * 1.6 * pitch_hz * time)
    wires = band_limit(rng.standard_normal(samples), "bandpass", (250.0, 9000.0))
    return 0.7 * head * decay(samples, 0.5 * ring_seconds) + 1.2 * wires * decay(samples, ring_seconds)


def cymbal(rng: np.random.Generator, cutoff_hz: float, ring_seconds: float) -> Signal:
    """Return a hi-hat or cymbal: high noise and a cluster of metal tones."""
    samples = seconds_to_samples(ring_seconds)
    time = np.arange(samples) / SAMPLE_RATE
    metal = sum(np.sign(np.sin(2.0 * np.pi * tone * time)) for tone in rng.uniform(2500.0, 9000.0, 5))
    return band_limit(rng.standard_normal(samples) + 0.25 * metal, "highpass", cutoff_hz) * decay(samples, ring_seconds)


def bass_note(rng: np.random.Generator, pitch_hz: float, length_seconds: float, cutoff_hz: float) -> Signal:
    """Return a bass note whose tone darkens while it rings, driven a little."""
    samples = seconds_to_samples(length_seconds)
    tone = sawtooth(np.full(samples, pitch_hz), rng.uniform())
    dark, bright = band_limit(tone, "lowpass", 2.5 * pitch_hz), band_limit(tone, "lowpass", cutoff_hz)
    mix = dark + (bright - dark) * decay(samples, 0.6)
    ring = 0.55 + 0.45 * decay(samples, 1.2)
    pick = 0.3 * band_limit(rng.standard_normal(samples), "bandpass", (600.0, 3000.0)) * decay(samples, 0.05)
    return np.tanh(2.0 * mix + pick) * ring * envelope(samples, 0.004, 0.03)


def chord_note(
    rng: np.random.Generator, sound: str, pitch_hz: float, length_seconds: float, cutoff_hz: float
) -> Signal:
    """Return one note of a chord or a lead; sound is one of CHORD_SOUNDS."""
    samples = seconds_to_samples(length_seconds)
    if sound == "piano":
        return partials(pitch_hz, samples, 1.2, 3.0, 3e-4)
    if sound == "pluck":
        return partials(pitch_hz, samples, 0.8, 1.2)
    time = np.arange(samples) / SAMPLE_RATE
    if sound == "organ":
        tone = sum(np.sin(2.0 * np.pi * pitch_hz * ratio * time) / ratio**0.5 for ratio in (0.5, 1, 2, 3, 4, 6, 8))
        return 0.5 * np.asarray(tone) * envelope(samples, 0.01, 0.05)
    drift = 1.0 + 0.0012 * np.sin(2.0 * np.pi * rng.uniform(0.1, 0.5) * time + rng.uniform(0.0, 6.0))
    cents = rng.uniform(4.0, 10.0)
    tone = sawtooth(pitch_hz * drift, rng.uniform()) + sawtooth(
        pitch_hz * drift * 2.0 ** (cents / 1200.0), rng.uniform()
    )
    if sound == "guitar":
        ring = 0.5 + 0.5 * decay(samples, 1.5)
        return band_limit(np.tanh(3.0 * tone), "lowpass", cutoff_hz) * ring * envelope(samples, 0.004, 0.04)
    return band_limit(tone, "lowpass", cutoff_hz) * envelope(samples, 0.12, 0.25)


def draw_singer(rng: np.random.Generator) -> tuple[int, Singer]:
    """Return the octave in which a voice sings, and the voice: low and large, or high and small."""
    octave, scale = (3, rng.uniform(0.95, 1.08)) if rng.uniform() < 0.5 else (4, rng.uniform(1.1, 1.22))
    singer = Singer(
        scale, rng.uniform(4.8, 6.5), rng.uniform(8.0, 45.0), rng.uniform(0.03, 0.12), rng.uniform(3000.0, 9000.0), 0.03
    )
    return octave, singer


def pitch_contour(notes: tuple[SungNote, ...], samples: int, singer: Singer, rng: np.random.Generator) -> Signal:
    """Return the sung pitch in Hz (samples,): steps smoothed into glides, with vibrato and a slow drift."""
    cents = np.full(samples, 1200.0 * np.log2(notes[0].pitch_hz))
    for note in notes:
        cents[seconds_to_samples(note.start_seconds) - 1 :] = 1200.0 * np.log2(note.pitch_hz)
    pole = np.exp(-3.0 / (singer.glide_seconds * SAMPLE_RATE))
    start = np.array([cents[0] * pole])
    cents = lfilter([1.0 - pole], [1.0, -pole], cents, zi=start)[0]
    time = np.arange(samples) / SAMPLE_RATE
    slow = np.interp(time, np.arange(0.0, time[-1] + 0.3, 0.15), rng.normal(0.0, 12.0, int(time[-1] / 0.15 + 3)))[
        :samples
    ]
    depth = singer.vibrato_cents * (0.6 + 0.4 * np.sin(2.0 * np.pi * 0.4 * time))
    cents = cents + slow + depth * np.sin(2.0 * np.pi * singer.vibrato_hz * time)
    return np.asarray(2.0 ** (cents / 1200.0))


def formants(source: Signal, vowel: str, scale: float) -> Signal:
    """Shape a glottal source (samples,) with the five parallel resonators of a vowel."""
    shaped = 0.1 * source
    for centre_hz, gain, width_hz in zip(VOWEL_FORMANTS_HZ[vowel], FORMANT_GAINS, FORMANT_BANDWIDTHS_HZ, strict=True):
        radius = np.exp(-np.pi * width_hz * scale / SAMPLE_RATE)
        angle = 2.0 * np.pi * centre_hz * scale / SAMPLE_RATE
        feedback = [1.0, -2.0 * radius * np.cos(angle), radius**2]
        shaped = shaped + gain * lfilter([1.0 - radius, 0.0, radius - 1.0], feedback, source)
    return np.asarray(shaped)


def sing(notes: tuple[SungNote, ...], samples: int, singer: Singer, rng: np.random.Generator) -> Signal:
    """Return a sung melody (samples,); times without a note are silent."""
    voice = np.zeros(samples)
    if not notes:
        return voice
    pitch_hz = pitch_contour(notes, samples, singer, rng)
    flutter = 1.0 + 0.05 * band_limit(rng.standard_normal(samples), "lowpass", 20.0) * 20.0
    source = band_limit(sawtooth(pitch_hz), "lowpass", singer.cutoff_hz) * flutter
    source = source + singer.breath * band_limit(rng.standard_normal(samples), "highpass", 1000.0)
    for note in notes:
        start = seconds_to_samples(note.start_seconds) - 1
        stop = min(samples, start + seconds_to_samples(note.length_seconds))
        if stop <= start:
            continue
        loudness = rng.uniform(0.6, 1.0) * envelope(stop - start, 0.03, 0.06)
        voice[start:stop] += loudness * formants(source[start:stop], note.vowel, singer.formant_scale)
        if note.consonant:
            hiss = rng.standard_normal(min(seconds_to_samples(rng.uniform(0.03, 0.09)), stop - start))
            low_hz = rng.uniform(2500.0, 5000.0)
            voice[start : start + len(hiss)] += (
                0.25 * band_limit(hiss, "bandpass", (low_hz, 2.2 * low_hz)) * np.hanning(len(hiss))
            )
    return voice


def reverberate(stereo: Signal, rng: np.random.Generator, ring_seconds: float, wet: float) -> Signal:
    """Add a diffuse room to (2, samples): different decaying noise in each ear, dark and of unit energy."""
    samples = seconds_to_samples(ring_seconds)
    room = rng.standard_normal((2, samples)) * decay(samples, ring_seconds)
    room = band_limit(band_limit(room, "lowpass", 5000.0), "highpass", 250.0)
    room /= np.sqrt(np.mean(np.sum(room**2, axis=1)))
    tail = fftconvolve(stereo.mean(axis=0, keepdims=True), room, axes=1)[:, : stereo.shape[1]]
    return np.asarray(stereo + wet * tail)


def place(mono: Signal, pan: float) -> Signal:
    """Return (2, samples) at pan, from -1 (left) to 1 (right), with constant power."""
    angle = 0.25 * np.pi * (1.0 + pan)
    return np.sqrt(2.0) * np.stack((np.cos(angle) * mono, np.sin(angle) * mono))


def equalise(track: Signal, rng: np.random.Generator) -> Signal:
    """Lift or cut two broad bands of (2, samples) by a few decibels, as an engineer would."""
    for _ in range(2):
        centre_hz, gain_db = 120.0 * 50.0 ** rng.uniform(), rng.normal(0.0, 3.0)
        band = band_limit(track, "bandpass", (centre_hz / 1.7, centre_hz * 1.7))
        track = track + (10.0 ** (gain_db / 20.0) - 1.0) * band
    return track


def mix_in(track: Signal, sound: Signal, start_seconds: float) -> None:
    """Add a sound (samples,) or (2, samples) to a track of the same rank, in play.place, cut at the end."""
    start = max(0, round(start_seconds * SAMPLE_RATE))
    length = max(0, min(sound.shape[-1], track.shape[-1] - start))
    track[..., start : start + length] += sound[..., :length]
