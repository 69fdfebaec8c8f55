"""Choirs and vocoders: chords with the spectrum of a voice.

Many detuned pulse trains, one for each singer of each note, are added up in two channels and pass the same moving
throat at once; so a choir costs little more than one singer. Slow changes from vowel to vowel give a choir; running
speech gives a vocoder.

Reference: Dudley, "The Vocoder", Bell Laboratories Record 18, 1939.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.synthesis.scores import Note
from training.synthesis.voices.bands import FRAME_SECONDS, HOP_SAMPLES, Frames, frame_levels_db, wander
from training.synthesis.voices.doubles import Sound
from training.synthesis.voices.excitation import Glottis, glottal_phase, pulse_train
from training.synthesis.voices.performance import LEVEL, TILT_OCTAVES, frames_between
from training.synthesis.voices.phrases import Air, PhraseSource, with_air
from training.synthesis.voices.pitch import midi_to_hz
from training.synthesis.voices.source_filter import VoiceFrames, shaped, throat

SILENCE_DB = -90.0


@dataclass(frozen=True)
class ChoirSettings:
    """What a chord of voices sounds like."""

    speech: bool = False
    """Running speech shapes the chord, else slowly changing vowels."""
    seconds: float = 1.5
    """How long a vowel takes; of speech, how much slower than spoken it is."""
    singers: int = 3
    """For each note."""
    detune_cents: float = 9.0
    """Standard deviation of a singer's pitch."""
    vibrato_cents: float = 12.0
    """Of each singer, at a speed of their own."""
    attack_seconds: float = 0.08
    release_seconds: float = 0.15
    width: float = 0.8
    """How far singers stand apart, 0 to 1."""
    noise: float = 0.1
    """Share of breath in the power."""
    tilt_db: float = 0.0
    """For each octave."""
    formant_shift: float = 1.0


def draw_choir(speech: bool, rng: np.random.Generator) -> ChoirSettings:
    """Return random settings of a vocoder (speech) or a choir."""
    return ChoirSettings(
        speech=speech,
        seconds=rng.uniform(0.8, 1.6) if speech else rng.uniform(0.4, 3.0),
        singers=int(rng.integers(1, 3) if speech else rng.integers(2, 5)),
        detune_cents=rng.uniform(0.0, 8.0) if speech else rng.uniform(3.0, 16.0),
        vibrato_cents=0.0 if speech else rng.uniform(0.0, 25.0),
        attack_seconds=rng.uniform(0.005, 0.03) if speech else rng.uniform(0.03, 0.4),
        release_seconds=rng.uniform(0.02, 0.1) if speech else rng.uniform(0.08, 0.5),
        width=rng.uniform(0.2, 1.0),
        noise=rng.uniform(0.02, 0.4),
        tilt_db=rng.uniform(-2.0, 4.0),
        formant_shift=round(float(rng.uniform(0.85, 1.2)), 2),
    )


def chord_of_voices(
    notes: Sequence[Note], source: PhraseSource, samples: int, settings: ChoirSettings, rng: np.random.Generator
) -> Sound:
    """Return notes sung or spoken by a crowd in one throat, (2, samples); silent where no note is.

    Args:
        notes: May overlap; each is one voice of a chord.
        source: Of the phrases whose envelopes are used.
        samples: Length.
        settings: See `draw_choir`.
        rng: Random numbers.
    """
    count = -(-samples // HOP_SAMPLES)
    pulses, presence = carrier(notes, count, settings, rng)
    bands_db, noise = (
        spoken_envelopes(source, count, settings, rng)
        if settings.speech
        else sung_envelopes(source, count, settings, rng)
    )
    places = np.arange(count * HOP_SAMPLES) / HOP_SAMPLES
    strength = np.interp(places, np.arange(count), presence).astype(np.float32)
    frames = VoiceFrames(bands_db + np.float32(settings.tilt_db) * TILT_OCTAVES, noise, np.ones(count, np.float32))
    channels = []
    for channel in pulses:
        breath = strength * rng.standard_normal(len(strength), dtype=np.float32)
        channels.append(shaped(frames, (channel, breath), throat(settings.formant_shift))[:samples])
    return np.float32(LEVEL) * np.stack(channels)


def note_envelope(frames: int, settings: ChoirSettings) -> NDArray[np.float64]:
    """Return a note's loudness (frames,), its release included."""
    seconds = np.arange(frames) * FRAME_SECONDS
    left = seconds[::-1]
    rise = np.clip(seconds / settings.attack_seconds, 0.0, 1.0)
    return np.sin(0.5 * np.pi * rise) * np.clip(left / settings.release_seconds, 0.0, 1.0) ** 1.5


def singer_pitch(pitch: float, frames: int, settings: ChoirSettings, rng: np.random.Generator) -> Frames:
    """Return the pitch of one singer of a note in hertz, (frames,)."""
    cents = settings.detune_cents * (rng.standard_normal() + 0.5 * wander(frames, 0.5, rng))
    turns = rng.uniform() + rng.uniform(4.5, 6.5) * FRAME_SECONDS * np.arange(frames)
    cents = cents + settings.vibrato_cents * np.sin(2.0 * np.pi * turns)
    return midi_to_hz(pitch + 0.01 * cents).astype(np.float32)


def carrier(
    notes: Sequence[Note], count: int, settings: ChoirSettings, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return the pulses of all singers, (2, samples) of power about 1, and their strength at each frame, (count,)."""
    pulses = np.zeros((2, count * HOP_SAMPLES), np.float32)
    power = np.zeros(count)
    for note in notes:
        start = round(note.start_seconds / FRAME_SECONDS)
        stop = min(count, round((note.end_seconds + settings.release_seconds) / FRAME_SECONDS))
        if start < 0 or stop - start < 2:
            continue
        envelope = note.velocity * note_envelope(stop - start, settings)
        power[start:stop] += settings.singers * envelope**2
        samples = np.arange((stop - start) * HOP_SAMPLES) / HOP_SAMPLES
        loudness = np.interp(samples, np.arange(stop - start), envelope).astype(np.float32)
        for _ in range(settings.singers):
            pitch_hz = singer_pitch(note.pitch, stop - start, settings, rng)
            train = loudness * pulse_train(rng.uniform() + glottal_phase(pitch_hz), Glottis(), rng)
            angle = 0.25 * np.pi * (1.0 + settings.width * rng.uniform(-1.0, 1.0))
            pulses[0, start * HOP_SAMPLES : stop * HOP_SAMPLES] += np.float32(np.cos(angle)) * train
            pulses[1, start * HOP_SAMPLES : stop * HOP_SAMPLES] += np.float32(np.sin(angle)) * train
    # In two channels, each of which gets half of the power.
    usual = np.sqrt(0.5 * power[power > 0].mean()) if power.any() else 1.0
    return pulses / np.float32(usual), np.sqrt(0.5 * power) / usual


def sung_envelopes(
    source: PhraseSource, count: int, settings: ChoirSettings, rng: np.random.Generator
) -> tuple[Frames, Frames]:
    """Return slowly changing vowels: envelopes (count, bands) of 0 dB and shares of noise (count, noise bands)."""
    needed = int(count * FRAME_SECONDS / settings.seconds) + 2
    vowels: list[NDArray] = []
    noises: list[NDArray] = []
    while len(vowels) < needed:
        phrase = with_air(source.phrase(rng), Air())
        for syllable in phrase.syllables[: needed - len(vowels)]:
            rows = slice(max(0, syllable.nucleus - 1), syllable.nucleus + 2)
            vowels.append(phrase.bands_db[rows].mean(axis=0))
            noises.append(phrase.noise[syllable.nucleus])
    places = np.arange(count) * FRAME_SECONDS / settings.seconds
    # Vowels stay a while, then change.
    places = np.floor(places) + np.clip(1.8 * (places % 1.0) - 0.4, 0.0, 1.0)
    bands_db = frames_between(np.stack(vowels), places)
    noise = np.maximum(frames_between(np.stack(noises), places), np.float32(settings.noise))
    return bands_db - frame_levels_db(bands_db)[:, None], noise


def spoken_envelopes(
    source: PhraseSource, count: int, settings: ChoirSettings, rng: np.random.Generator
) -> tuple[Frames, Frames]:
    """Return running speech with pauses: envelopes (count, bands) and shares of noise (count, noise bands)."""
    bands, noises = [], []
    filled = 0
    while filled < count:
        phrase = with_air(source.phrase(rng), Air())
        start, end = phrase.syllables[0].start, phrase.syllables[-1].end
        places = np.arange(start, end, 1.0 / settings.seconds)
        bands.append(frames_between(phrase.bands_db, places))
        noises.append(np.maximum(frames_between(phrase.noise, places), np.float32(settings.noise)))
        pause = int(rng.uniform(0.0, 0.8) / FRAME_SECONDS)
        bands.append(np.full((pause, bands[-1].shape[1]), SILENCE_DB, np.float32))
        noises.append(np.ones((pause, noises[-1].shape[1]), np.float32))
        filled += len(places) + pause
    return np.concatenate(bands)[:count], np.concatenate(noises)[:count]
