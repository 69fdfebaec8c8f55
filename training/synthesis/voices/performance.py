"""A line as it is sung: frames with pitch, loudness and colour of each phrase, which can be heard in several ways.

The same performance gives the line itself, the same an octave lower, or whispered: layers that follow its words and
rhythm exactly, as they do on records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from audio.stems import SAMPLE_RATE
from training.synthesis.scores import Note
from training.synthesis.voices.bands import (
    BAND_HZ,
    FLOOR_DB,
    NOISE_HZ,
    Frames,
    frame_levels_db,
    seconds_to_frames,
    smooth,
    wander,
)
from training.synthesis.voices.delivery import Delivery
from training.synthesis.voices.excitation import Glottis
from training.synthesis.voices.phrases import SpokenPhrase
from training.synthesis.voices.pitch import hz_to_midi, midi_to_hz, sung_pitch
from training.synthesis.voices.reading import Reading, read_phrase
from training.synthesis.voices.source_filter import VoiceFrames, render, throat

Mono = NDArray[np.float32]
LEVEL = 0.1
"""Root mean square of a sung vowel of medium strength."""
TILT_OCTAVES = np.log2(np.clip(BAND_HZ, 300.0, 5000.0) / 1000.0).astype(np.float32)
"""How far each band is from 1 kHz, for tilts."""
RING = np.exp(-0.5 * (np.log2(np.maximum(BAND_HZ, 1.0) / 3000.0) / 0.35) ** 2).astype(np.float32)
"""The cluster of formants about 3 kHz that trained and loud voices have."""
NOISE_BANDS = np.abs(BAND_HZ[None, :] - NOISE_HZ[:, None]).argmin(axis=1)
"""The band nearest to each place where noise is kept."""
COLOURS = np.cos(np.pi * np.arange(1, 5)[:, None] * np.linspace(0.0, 1.0, len(BAND_HZ))).astype(np.float32)
"""Smooth shapes along the bands, in decibels: how a held colour may change."""
HIGH_HZ, HIGH_EFFORT = 330.0, 2.0
"""Above this pitch each octave takes so much more effort: a high voice without it is nearly a sine."""
BREATH_FALL_DB = (1.2e-3 * np.maximum(BAND_HZ - 6000.0, 0.0)).astype(np.float32)
"""What breath loses in the highs beside a flat version of the voice, in each band."""
LOUDEST_CONSONANT_DB = 3.0
"""Below the vowels of its phrase."""


@dataclass(frozen=True)
class SungPhrase:
    """One phrase."""

    start_seconds: float
    """When its first frame sounds; may lie before the song."""
    voice: VoiceFrames


@dataclass(frozen=True)
class Performance:
    """A line, sung but not yet sound."""

    phrases: tuple[SungPhrase, ...]
    formant_shift: float
    glottis: Glottis

    def sound(self, samples: int, rng: np.random.Generator) -> Mono:
        """Return the sound (samples,), silent between phrases; a vowel's root mean square is about LEVEL."""
        track = np.zeros(samples, np.float32)
        for phrase in self.phrases:
            sound = np.float32(LEVEL) * render(phrase.voice, throat(self.formant_shift), self.glottis, rng)
            first = round(phrase.start_seconds * SAMPLE_RATE)
            start, stop = max(0, first), min(samples, first + len(sound))
            if stop > start:
                track[start:stop] += sound[start - first : stop - first]
        return track

    def transposed(self, semitones: float) -> Performance:
        """Return the same at another pitch, in the same throat."""
        factor = np.float32(2.0 ** (semitones / 12.0))
        return self._with_voices(lambda voice: replace(voice, pitch_hz=voice.pitch_hz * factor))

    def whispered(self) -> Performance:
        """Return the same without a pitch: all noise, with more of its highs than a voice has."""
        lift = (3.0 * TILT_OCTAVES).astype(np.float32)
        return self._with_voices(
            lambda voice: replace(voice, noise=np.ones_like(voice.noise), bands_db=voice.bands_db + lift)
        )

    def _with_voices(self, change: Callable[[VoiceFrames], VoiceFrames]) -> Performance:
        phrases = tuple(replace(phrase, voice=change(phrase.voice)) for phrase in self.phrases)
        return replace(self, phrases=phrases)


def frames_between(values: Frames, positions: NDArray) -> Frames:
    """Return rows of values (frames, bands) at positions (new frames,), linear between rows."""
    lower = np.clip(positions.astype(np.int64), 0, len(values) - 1)
    upper = np.minimum(lower + 1, len(values) - 1)
    weight = (positions - lower).astype(np.float32)[:, None]
    return values[lower] + weight * (values[upper] - values[lower])


def note_curves(
    notes: Sequence[Note], reading: Reading, delivery: Delivery, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return loudness in decibels and effort from 0 to 1 of each frame, (frames,) each, as velocities ask."""
    loudness, effort = np.zeros(reading.frames), np.zeros(reading.frames)
    ends = (*reading.onsets[1:], reading.frames)
    starts = (0, *reading.onsets[1:])
    for note, start, end in zip(notes, starts, ends, strict=True):
        strength = (np.clip(note.velocity, 0.0, 1.0) - 0.7) / 0.6
        swell = delivery.swell_db * rng.uniform(0.3, 1.0) * np.linspace(-0.5, 0.5, end - start)
        loudness[start:end] = delivery.dynamics_db * strength + swell * min(1.0, (end - start) / 100.0)
        effort[start:end] = strength
    release = min(seconds_to_frames(delivery.release_seconds), (reading.frames - starts[-1]) // 2)
    loudness[reading.frames - release :] -= 30.0 * np.linspace(0.0, 1.0, release) ** 1.5
    loudness += 0.7 * wander(reading.frames, 0.25, rng)
    return smooth(loudness, 9), smooth(effort, 9)


def spoken_bends(spoken_hz: Frames, consonants: NDArray[np.bool_], delivery: Delivery) -> NDArray[np.float64]:
    """Return what speech does to the pitch of the notes, (frames,) in semitones: dips at consonants, and its melody.

    Args:
        spoken_hz: Pitch in speech of each frame, (frames,), 0 where there is none.
        consonants: Which frames are voiced consonants, (frames,).
        delivery: Manner.
    """
    bends = -delivery.consonant_dip_semitones * smooth(consonants.astype(float), 9)
    if delivery.speech_melody and (spoken_hz > 0).any():
        usual = np.median(spoken_hz[spoken_hz > 0])
        spoken = np.where(spoken_hz > 0, hz_to_midi(np.maximum(spoken_hz, 1.0)) - hz_to_midi(usual), 0.0)
        bends += delivery.speech_melody * smooth(np.clip(spoken, -7.0, 7.0), 9)
    return bends


def coloured(bands_db: Frames, voiced: NDArray[np.bool_], effort: NDArray, delivery: Delivery) -> Frames:
    """Return frames with the tilt and ring of a manner of singing: louder is brighter, but hisses hardly change."""
    amount = smooth(np.where(voiced, 1.0, 0.15), 3)
    tilt = amount * (delivery.tilt_db + delivery.effort_db * effort)
    colour = tilt[:, None] * TILT_OCTAVES + (amount * delivery.ring_db)[:, None] * RING
    return bands_db + (colour + np.where(voiced, 0.0, delivery.consonant_db)[:, None]).astype(np.float32)


def unsteady(bands_db: Frames, amount: float, rng: np.random.Generator) -> Frames:
    """Return frames whose formants and colour wander slowly, as no mouth is ever still.

    Args:
        bands_db: (frames, bands).
        amount: 1 moves formants by about 2 % and parts of the spectrum by about 1 dB.
        rng: Random numbers.
    """
    frames = len(bands_db)
    slope = np.clip(np.gradient(bands_db, axis=1), -6.0, 6.0)
    moved = 0.4 * amount * wander(frames, 0.25, rng)
    curves = amount * np.stack([wander(frames, 0.3, rng) for _ in COLOURS], axis=1)
    return bands_db + moved[:, None].astype(np.float32) * slope + curves.astype(np.float32) @ COLOURS


def levelled(bands_db: Frames, reading: Reading, loudness_db: NDArray, levelling: float) -> Frames:
    """Return frames whose vowels have about 0 dB plus their loudness, silent where nothing sounds.

    Args:
        bands_db: (frames, bands).
        reading: Says what sounds and what is a vowel.
        loudness_db: (frames,).
        levelling: How far differences between vowels are evened out, 0 to 1.
    """
    levels = frame_levels_db(bands_db)
    vowels = levels[reading.vowel]
    # Weak frames count for little, as they do in a mean of powers.
    middle = 10.0 * np.log10(np.mean(10.0 ** (0.1 * vowels)) + 1e-12)
    apart = np.where(reading.vowel, levels - middle, 0.0)
    correction = -middle - levelling * smooth(np.clip(apart, -15.0, 15.0), 9)
    # No consonant is louder than the vowels.
    correction -= np.where(reading.vowel, 0.0, np.maximum(levels - middle + LOUDEST_CONSONANT_DB, 0.0))
    sounding = smooth(reading.sounding.astype(float), 5)
    fade = np.maximum(20.0 * np.log10(np.maximum(sounding, 1e-6)), FLOOR_DB)
    return bands_db + (correction + loudness_db + fade).astype(np.float32)[:, None]


def breathing(
    bands_db: Frames, noise: Frames, voiced: NDArray[np.bool_], delivery: Delivery, rng: np.random.Generator
) -> tuple[Frames, Frames]:
    """Return frames with breath behind the voice, and their shares of noise; unvoiced frames stay noise.

    Breath comes from the same throat, but its source falls less towards the highs: its spectrum is a flat version of
    the voice's. Its strength is never even.

    Args:
        bands_db: (frames, bands).
        noise: Shares before, (frames, noise bands).
        voiced: (frames,).
        delivery: Manner.
        rng: Random numbers.
    """
    shape = 0.4 * np.maximum(bands_db, FLOOR_DB) - BREATH_FALL_DB
    level = frame_levels_db(bands_db) - frame_levels_db(shape) + delivery.breath_db
    level += 2.0 * wander(len(voiced), 0.1, rng)
    breath = 10.0 ** (0.1 * (shape + np.where(voiced, level, FLOOR_DB)[:, None].astype(np.float32)))
    voice = 10.0 ** (0.1 * bands_db)
    both = voice + breath
    own = np.clip(noise * delivery.noisiness, 0.0, 1.0)
    share = (own * voice[:, NOISE_BANDS] + breath[:, NOISE_BANDS]) / (both[:, NOISE_BANDS] + 1e-30)
    share = np.where(voiced[:, None], share, 1.0)
    return (10.0 * np.log10(both + 1e-30)).astype(np.float32), share.astype(np.float32)


def sing_phrase(
    notes: Sequence[Note], phrase: SpokenPhrase, delivery: Delivery, rng: np.random.Generator
) -> SungPhrase:
    """Return a phrase sung on notes.

    Args:
        notes: At least one, rising in time.
        phrase: With all bands.
        delivery: Manner.
        rng: Random numbers.
    """
    reading = read_phrase(notes, phrase, delivery, rng)
    spoken_hz = phrase.pitch_hz[np.clip(np.rint(reading.positions).astype(int), 0, len(phrase.pitch_hz) - 1)]
    voiced = ((spoken_hz > 0) | reading.vowel) & reading.sounding
    contour = sung_pitch([note.pitch for note in notes], reading.onsets, reading.frames, delivery, rng)
    contour += spoken_bends(spoken_hz, voiced & ~reading.vowel, delivery)
    pitch_hz = midi_to_hz(contour).astype(np.float32)
    loudness, effort = note_curves(notes, reading, delivery, rng)
    bands_db = unsteady(frames_between(phrase.bands_db, reading.positions), delivery.unsteadiness, rng)
    effort += HIGH_EFFORT * np.log2(np.maximum(pitch_hz / HIGH_HZ, 1.0))
    bands_db = coloured(bands_db, voiced, effort, delivery)
    bands_db = levelled(bands_db, reading, loudness, delivery.levelling)
    bands_db, noise = breathing(bands_db, frames_between(phrase.noise, reading.positions), voiced, delivery, rng)
    return SungPhrase(reading.start_seconds, VoiceFrames(bands_db, noise, pitch_hz))


def with_inhaling(sung: SungPhrase, free_seconds: float, rng: np.random.Generator) -> SungPhrase:
    """Return a phrase with an audible breath before it, if there is time for one.

    Args:
        sung: The phrase.
        free_seconds: Silence before it.
        rng: Random numbers.
    """
    seconds = rng.uniform(0.15, 0.45)
    if free_seconds < seconds + 0.1:
        return sung
    frames = seconds_to_frames(seconds)
    open_throat = sung.voice.bands_db[len(sung.voice.bands_db) // 2]
    shape = np.maximum(0.5 * open_throat, -40.0) + 2.0 * TILT_OCTAVES
    level = rng.uniform(-38.0, -22.0) - float(frame_levels_db(shape[None])[0])
    swell = 20.0 * np.log10(np.sin(np.pi * (np.arange(frames) + 0.5) / frames) ** 0.7 + 1e-4)
    bands_db = (shape[None, :] + level + swell[:, None]).astype(np.float32)
    voice = VoiceFrames(
        np.concatenate((bands_db, sung.voice.bands_db)),
        np.concatenate((np.ones((frames, len(NOISE_HZ)), np.float32), sung.voice.noise)),
        np.concatenate((np.full(frames, sung.voice.pitch_hz[0]), sung.voice.pitch_hz)),
    )
    return SungPhrase(sung.start_seconds - seconds, voice)
