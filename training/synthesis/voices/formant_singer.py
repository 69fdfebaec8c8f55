"""Singers without any recording: nonsense syllables whose spectra are computed from resonances.

A throat is a cascade of resonances: four that move with the sounds of speech, and those above, which belong to the
throat's length alone. Voiced sounds pass it, hisses have a shape of their own. The result are frames as those that a
recorded voice is analysed into, so the same code sings them.

Reference: Klatt, "Software for a cascade/parallel formant synthesizer", JASA 67, 1980 (cascade, bandwidths, hisses).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.synthesis.voices.bands import (
    BAND_HZ,
    BAND_SHARES,
    FLOOR_DB,
    NOISE_HZ,
    Frames,
    frame_levels_db,
    seconds_to_frames,
    smooth,
)
from training.synthesis.voices.phones import CLOSINGS, CONSONANTS, DIPHTHONGS, OPENINGS, VOWELS, Phone
from training.synthesis.voices.phrases import SpokenPhrase, Syllable, draw_air
from training.synthesis.voices.singing import VoiceSinger

MOVING_FORMANTS = 4
HIGHEST_FORMANT_HZ = 21000.0


@dataclass(frozen=True)
class FormantThroat:
    """A made-up throat."""

    name: str
    scale: float
    """Of all resonances: 1 is an adult man, 1.2 a woman, 1.35 a child."""
    places: tuple[float, float, float, float]
    """Factors on the four moving resonances, about 1."""
    width: float
    """Factor on the widths of the resonances."""
    source_tilt_db: float
    """How fast the voice's source falls, with the mouth's radiation, in decibels for each octave."""
    roundness_hz: float
    """Below this the source does not fall."""
    noise: float
    """Share of breath in the voice's power at 10 kHz."""
    vowels: tuple[str, ...]
    """The vowels of its language."""
    syllable_seconds: float
    """Length of a spoken vowel."""
    speech_hz: float
    """Pitch of its speech."""
    upper: NDArray[np.float64] = field(repr=False, compare=False, default_factory=lambda: np.zeros(0))
    """Level of the resonances that do not move, and of the source, (bands,)."""

    def phrase(self, rng: np.random.Generator) -> SpokenPhrase:
        """Return nonsense of five to nine syllables."""
        phones: list[Phone] = []
        borders: list[tuple[int, int, int, int]] = []
        for _ in range(int(rng.integers(5, 10))):
            start = len(phones)
            opening, closing = (group[int(rng.integers(len(group)))] for group in (OPENINGS, CLOSINGS))
            phones += [phone for name in opening for phone in CONSONANTS[name]]
            vowel = len(phones)
            phones += self._vowel(rng)
            after = len(phones)
            phones += [phone for name in closing for phone in CONSONANTS[name]]
            borders.append((start, vowel, after, len(phones)))
        lengths = [max(1, seconds_to_frames(phone.seconds * rng.uniform(0.8, 1.3))) for phone in phones]
        edges = np.concatenate(([0], np.cumsum(lengths))).astype(int)
        syllables = tuple(
            Syllable(edges[a], edges[b], (3 * edges[b] + 2 * edges[b + 1]) // 5, edges[c], edges[d])
            for a, b, c, d in borders
        )
        return self._spoken(phones, lengths, syllables, rng)

    def _vowel(self, rng: np.random.Generator) -> list[Phone]:
        if rng.uniform() < 0.2:
            first, second = DIPHTHONGS[int(rng.integers(len(DIPHTHONGS)))]
            return [
                Phone(self.syllable_seconds * 0.7, VOWELS[first], 0.0),
                Phone(self.syllable_seconds * 0.4, VOWELS[second], -2.0),
            ]
        name = self.vowels[int(rng.integers(len(self.vowels)))]
        return [Phone(self.syllable_seconds, VOWELS[name], 0.0)]

    def _spoken(
        self, phones: list[Phone], lengths: list[int], syllables: tuple[Syllable, ...], rng: np.random.Generator
    ) -> SpokenPhrase:
        owner = np.repeat(np.arange(len(phones)), lengths)
        voice_db = smooth(np.array([phone.voice_db for phone in phones])[owner].clip(-60.0), 3)
        open_mouth = 1.0 - smooth(np.array([float(phone.murmur) for phone in phones])[owner], 3)
        tracks = formant_tracks(phones, owner) * self.scale * np.array(self.places)
        voiced_db = self._voiced(tracks, open_mouth) + voice_db[:, None]
        hiss_db = np.stack([hiss_shape(phone, self.scale) for phone in phones])[owner]
        voiced, hiss = 10.0 ** (0.1 * voiced_db), 10.0 ** (0.1 * hiss_db)
        at = np.searchsorted(BAND_HZ, NOISE_HZ).clip(0, len(BAND_HZ) - 1)
        breath = self.noise * np.clip(NOISE_HZ / 10000.0, 0.0, 1.0)
        noise = (hiss[:, at] + breath * voiced[:, at]) / (hiss[:, at] + voiced[:, at])
        melody = 1.0 + 0.08 * np.sin(np.linspace(0.0, np.pi * rng.uniform(1.0, 5.0), len(owner)))
        pitch_hz = np.where(voice_db > -30.0, self.speech_hz * melody, 0.0)
        bands_db = 10.0 * np.log10(voiced + hiss)
        return SpokenPhrase(
            self.name, bands_db.astype(np.float32), noise.astype(np.float32), pitch_hz.astype(np.float32), syllables
        )

    def _voiced(self, tracks_hz: NDArray, open_mouth: NDArray) -> Frames:
        """Return the voice behind the throat, (frames, bands), each frame at 0 dB before the mouth closes."""
        shape = np.broadcast_to(self.upper, (len(tracks_hz), len(BAND_HZ))).astype(np.float32)
        for number in range(MOVING_FORMANTS):
            centre_hz = tracks_hz[:, number, None].astype(np.float32)
            level = resonance_db(BAND_HZ[None, :], centre_hz, self.width * (50.0 + 0.035 * centre_hz))
            shape = shape + (level if number == 0 else open_mouth[:, None].astype(np.float32) * level)
        # A shut mouth lets little through above its murmur.
        muffled = (1.0 - open_mouth)[:, None] * np.clip(BAND_HZ / 400.0 - 1.0, 0.0, 4.0)[None, :] * 5.0
        shape = shape - muffled.astype(np.float32)
        return shape - frame_levels_db(shape)[:, None]


def resonance_db(hz: NDArray, centre_hz: NDArray | float, width_hz: NDArray | float) -> NDArray:
    """Return the level of a two-pole resonance in decibels, 0 at 0 Hz; arguments broadcast."""
    square = centre_hz * centre_hz + 0.25 * width_hz * width_hz
    real = square - hz * hz
    return 20.0 * np.log10(square) - 10.0 * np.log10(real * real + (hz * width_hz) ** 2)


def formant_tracks(phones: list[Phone], owner: NDArray) -> NDArray[np.float64]:
    """Return the moving resonances in hertz, (frames, MOVING_FORMANTS): from phone to phone in some 60 ms.

    Args:
        phones: In their order; those without resonances take those of the next one that has some.
        owner: (frames,), the phone of each frame.
    """
    neutral = VOWELS["schwa"]
    targets = np.array([phone.formants_hz or (np.nan,) * MOVING_FORMANTS for phone in phones], np.float64)
    following = neutral
    for index in range(len(phones) - 1, -1, -1):
        if np.isnan(targets[index, 0]):
            targets[index] = following
        following = targets[index]
    frames = targets[owner]
    width = seconds_to_frames(0.07)
    return np.stack([smooth(frames[:, number], width) for number in range(MOVING_FORMANTS)], axis=1)


def hiss_shape(phone: Phone, scale: float) -> NDArray[np.float64]:
    """Return the noise of a phone in decibels, (bands,), its whole level at hiss_db."""
    octaves = np.log2(np.maximum(BAND_HZ, 20.0) / (phone.hiss_hz * scale**0.5))
    width = np.where(octaves < 0.0, phone.hiss_octaves, 2.0 * phone.hiss_octaves)
    shape = np.maximum(-4.34 * (octaves / width) ** 2, -50.0)
    level = 10.0 * np.log10(10.0 ** (0.1 * shape) @ BAND_SHARES)
    return np.maximum(shape - level + phone.hiss_db, FLOOR_DB)


def fixed_levels(scale: float, width: float, source_tilt_db: float, roundness_hz: float) -> NDArray[np.float64]:
    """Return what does not move in a voice's spectrum in decibels, (bands,): source and upper resonances."""
    level = source_tilt_db * np.log2(np.maximum(BAND_HZ, 1.0) / roundness_hz).clip(0.0)
    centre_hz = 4500.0 * scale
    while centre_hz < HIGHEST_FORMANT_HZ:
        level = level + resonance_db(BAND_HZ, centre_hz, width * (100.0 + 0.08 * centre_hz))
        centre_hz += 1000.0 * scale
    # The cascade stops above; what it would still lift is given back.
    return level + 10.0 * np.clip(BAND_HZ / HIGHEST_FORMANT_HZ, 0.0, 1.0) ** 2


def draw_throat(name: str, scale: float, speech_hz: float, rng: np.random.Generator) -> FormantThroat:
    """Return a throat of a given length, all else random."""
    width, tilt_db, roundness_hz = rng.uniform(0.7, 1.8), rng.uniform(-8.5, -3.5), rng.uniform(150.0, 450.0)
    names = np.array(list(VOWELS))
    return FormantThroat(
        name=name,
        scale=scale,
        places=tuple(rng.normal(1.0, 0.04, MOVING_FORMANTS).clip(0.9, 1.1)),
        width=width,
        source_tilt_db=tilt_db,
        roundness_hz=roundness_hz,
        noise=rng.uniform(0.02, 0.6),
        vowels=tuple(rng.choice(names, int(rng.integers(5, 11)), replace=False)),
        syllable_seconds=rng.uniform(0.12, 0.22),
        speech_hz=speech_hz,
        upper=fixed_levels(scale, width, tilt_db, roundness_hz),
    )


class PureSingers:
    """Singers that need no package and no recording."""

    def singer(self, rng: np.random.Generator) -> VoiceSinger:
        """Draw a man, a woman or, rarely, a child; each has a throat, a pitch and habits of its own."""
        size = rng.uniform()
        if size < 0.48:
            name, scale, speech_midi = "formant man", rng.uniform(0.9, 1.08), rng.uniform(40.0, 50.0)
        elif size < 0.92:
            name, scale, speech_midi = "formant woman", rng.uniform(1.08, 1.25), rng.uniform(51.0, 58.0)
        else:
            name, scale, speech_midi = "formant child", rng.uniform(1.22, 1.4), rng.uniform(57.0, 63.0)
        throat = draw_throat(name, scale, float(440.0 * 2.0 ** ((speech_midi - 69.0) / 12.0)), rng)
        low = speech_midi + rng.uniform(0.0, 4.0)
        return VoiceSinger(
            name, low, low + rng.uniform(15.0, 24.0), throat, air=draw_air(rng), vibrato_hz=rng.uniform(4.5, 6.8)
        )
