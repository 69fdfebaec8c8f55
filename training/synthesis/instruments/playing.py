"""How a line is made of single notes: each pitch sounds once, at its longest, and every note takes its piece.

A song repeats few pitches many times, so that a sound is computed (or asked of FluidSynth) once for each pitch and
strength. A note is the beginning of that sound, cut with a release, at its own loudness and a hair off the beat. This
is what makes a line cost less than 1 % of its length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audio.stems import SAMPLE_RATE
from training.synthesis.instruments.interfaces import OWN, Instrument, Rng, Sound, Source
from training.synthesis.instruments.levels import levelled
from training.synthesis.instruments.signals import panned, release_curve, sample_count
from training.synthesis.scores import Note

LONGEST_SECONDS = 12.0
"""Notes that are held for longer end there."""
_ATTACK_SAMPLES = 24
"""Each note starts with a rise of half a millisecond, so that no start clicks."""


@dataclass(frozen=True)
class Tone:
    """One note that is to be computed."""

    pitch: float
    velocity: float
    seconds: float
    """How long it is needed, release included."""

    @property
    def samples(self) -> int:
        """What is needed, and a few more, since times are rounded."""
        return sample_count(self.seconds) + 64


ToneKey = tuple[float, int, int]
"""Pitch, strength from 0, and variant from 0."""
Voice = Callable[[Tone, Rng], NDArray[np.float32]]
"""Computes a tone: (samples,) or (2, samples), at least as long as asked or ending in silence."""


@dataclass(frozen=True)
class Touch:
    """How a player's notes differ from one another."""

    release_seconds: float = 0.08
    layers: int = 2
    """Strengths at which each pitch is computed, 1 or more: louder notes are brighter ones."""
    dynamics: float = 1.2
    """Loudness is the velocity to this power."""
    timing_seconds: float = 0.004
    """Standard deviation of the times."""
    variants: int = 1
    """Tones of the same pitch and strength that take turns: no two strokes of a string are the same."""
    strum_seconds: float = 0.0
    """Time from the lowest to the highest string where notes of a chord start together."""
    width: float = 0.0
    """How far notes stand apart, from 0 (all in the middle) to 1."""
    alternating: bool = False
    """Notes go left and right in turn; without it low ones are left and high ones right, as at a piano."""


@dataclass(frozen=True)
class NotePlayer:
    """Plays lines of any number of voices with one kind of tone."""

    name: str
    voice: Voice
    touch: Touch = Touch()
    sources: tuple[Source, ...] = (OWN,)

    def play(self, notes: Sequence[Note], samples: int, rng: Rng) -> Sound:
        """See Instrument.play."""
        tones = {key: self.voice(tone, rng) for key, tone in needed_tones(notes, self.touch).items()}
        return levelled(mix_notes(notes, samples, self.touch, tones, rng))


def held_seconds(note: Note) -> float:
    """Return how long a key is down: at least 30 ms, at most LONGEST_SECONDS."""
    return min(max(note.end_seconds - note.start_seconds, 0.03), LONGEST_SECONDS)


def tone_keys(notes: Sequence[Note], touch: Touch) -> list[ToneKey]:
    """Return for each note the tone that it is a piece of: its pitch to a cent, its strength, and whose turn it is."""
    turns: Counter[tuple[float, int]] = Counter()
    keys = []
    for note in notes:
        layer = min(touch.layers - 1, int(np.clip(note.velocity, 0.0, 1.0) * touch.layers))
        key = (round(note.pitch, 2), layer)
        keys.append((*key, turns[key] % touch.variants))
        turns[key] += 1
    return keys


def needed_tones(notes: Sequence[Note], touch: Touch) -> dict[ToneKey, Tone]:
    """Return the tones that notes are pieces of, each as long as its longest note, in order of pitch and strength."""
    longest: dict[ToneKey, float] = {}
    for note, key in zip(notes, tone_keys(notes, touch), strict=True):
        longest[key] = max(longest.get(key, 0.0), held_seconds(note))
    return {
        key: Tone(key[0], (key[1] + 0.7) / touch.layers, seconds + touch.release_seconds)
        for key, seconds in sorted(longest.items())
    }


def mix_notes(
    notes: Sequence[Note], samples: int, touch: Touch, tones: Mapping[ToneKey, NDArray[np.float32]], rng: Rng
) -> NDArray[np.float32]:
    """Return the sum of the notes, (samples,) where all tones have one channel, else (2, samples)."""
    mono = touch.width == 0.0 and all(tone.ndim == 1 for tone in tones.values())
    line = np.zeros(samples if mono else (2, samples), np.float32)
    offsets = rng.normal(0.0, touch.timing_seconds, len(notes)) + _strum(notes, touch.strum_seconds)
    fall = release_curve(sample_count(touch.release_seconds))
    rise = np.linspace(0.0, 1.0, _ATTACK_SAMPLES, dtype=np.float32)
    for number, (note, key, offset) in enumerate(zip(notes, tone_keys(notes, touch), offsets, strict=True)):
        start = max(0, round((note.start_seconds + offset) * SAMPLE_RATE))
        tone = tones[key]
        held = min(sample_count(held_seconds(note)), tone.shape[-1])
        piece = tone[..., : held + len(fall)] * np.float32(np.clip(note.velocity, 0.02, 1.0) ** touch.dynamics)
        piece[..., held:] *= fall[: piece.shape[-1] - held]
        piece[..., : len(rise)] *= rise[: piece.shape[-1]]
        if touch.width:
            piece = _placed(piece, touch, note.pitch, number)
        length = max(0, min(piece.shape[-1], samples - start))
        line[..., start : start + length] += piece[..., :length]
    return line


def _placed(piece: NDArray[np.float32], touch: Touch, pitch: float, number: int) -> Sound:
    """Return a note at its place between left and right."""
    side = 1.0 - 2.0 * (number % 2) if touch.alternating else float(np.clip((pitch - 60.0) / 24.0, -1.0, 1.0))
    if piece.ndim == 1:
        return panned(piece, touch.width * side)
    gains = np.array([[1.0 - max(0.0, touch.width * side)], [1.0 + min(0.0, touch.width * side)]], np.float32)
    return gains * piece


def random_width(rng: Rng) -> float:
    """Draw how far the notes of an instrument stand apart: often not at all."""
    return float(rng.uniform(0.2, 1.0)) if rng.uniform() < 0.5 else 0.0


def _strum(notes: Sequence[Note], strum_seconds: float) -> NDArray[np.float64]:
    """Return how much later than written each note starts: chords go down and up in turn."""
    late = np.zeros(len(notes))
    if strum_seconds == 0.0:
        return late
    chords: dict[int, list[int]] = {}
    for number, note in enumerate(notes):
        chords.setdefault(round(1000.0 * note.start_seconds), []).append(number)
    for stroke, start in enumerate(sorted(chords)):
        strings = sorted(chords[start], key=lambda number: notes[number].pitch, reverse=stroke % 2 == 1)
        late[strings] = np.linspace(0.0, strum_seconds if len(strings) > 1 else 0.0, len(strings))
    return late


@dataclass(frozen=True)
class Processed:
    """An instrument behind an effect that belongs to its sound, such as a guitar's amplifier."""

    instrument: Instrument
    effect: Callable[[Sound, Rng], Sound]
    effect_name: str

    @property
    def name(self) -> str:
        """See Instrument.name."""
        return f"{self.instrument.name}, {self.effect_name}"

    @property
    def sources(self) -> tuple[Source, ...]:
        """See Instrument.sources."""
        return self.instrument.sources

    def play(self, notes: Sequence[Note], samples: int, rng: Rng) -> Sound:
        """See Instrument.play."""
        return levelled(self.effect(self.instrument.play(notes, samples, rng), rng))


@dataclass(frozen=True)
class Layer:
    """One of several instruments that play the same notes."""

    instrument: Instrument
    gain: float = 1.0
    position: float | None = None
    """From -1 (left) to 1 (right), which makes it mono first; None leaves it as it is."""
    transpose: float = 0.0
    """Semitones; hundredths of them detune."""
    timing_seconds: float = 0.0
    """Standard deviation of the times between this player and the score: two takes are never the same."""


@dataclass(frozen=True)
class Layered:
    """Several instruments, or several takes of one, on the same notes."""

    layers: tuple[Layer, ...]

    @property
    def name(self) -> str:
        """See Instrument.name."""
        return " + ".join(dict.fromkeys(layer.instrument.name for layer in self.layers))

    @property
    def sources(self) -> tuple[Source, ...]:
        """See Instrument.sources."""
        return tuple(dict.fromkeys(source for layer in self.layers for source in layer.instrument.sources))

    def play(self, notes: Sequence[Note], samples: int, rng: Rng) -> Sound:
        """See Instrument.play."""
        line = np.zeros((2, samples), np.float32)
        for layer in self.layers:
            sound = layer.instrument.play(_another_take(notes, layer, rng), samples, rng)
            if layer.position is not None:
                sound = panned(np.float32(0.5) * (sound[0] + sound[1]), layer.position)
            line += np.float32(layer.gain) * sound
        return levelled(line)


def _another_take(notes: Sequence[Note], layer: Layer, rng: Rng) -> list[Note]:
    late = rng.normal(0.0, layer.timing_seconds, len(notes))
    return [
        Note(
            max(0.0, note.start_seconds + shift), note.end_seconds + shift, note.pitch + layer.transpose, note.velocity
        )
        for note, shift in zip(notes, late.tolist(), strict=True)
    ]
