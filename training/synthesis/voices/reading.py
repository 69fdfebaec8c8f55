"""Which frame of a spoken phrase is read at each moment of the sung one.

The vowel of a syllable begins with its note, so its consonants come before, at the length they have in speech; the
middle of the vowel is held as long as the note needs. Reading wanders slowly to and fro around that middle: a single
repeated frame would sound like a machine, and so would a loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from training.synthesis.scores import Note
from training.synthesis.voices.bands import FRAME_SECONDS, wander
from training.synthesis.voices.delivery import Delivery
from training.synthesis.voices.phrases import SpokenPhrase, Syllable

LEGATO_SECONDS = 0.12
"""Notes that follow within this time are sung without a gap."""
LONGEST_CONSONANT_SECONDS = 0.25
SPEECH_STRETCH = 1.8
"""Rap makes no syllable longer than this many times its spoken length."""


class Slot(NamedTuple):
    """Frames of one sung syllable."""

    start: int
    vowel_start: int
    vowel_end: int
    stop: int


@dataclass(frozen=True)
class Reading:
    """A plan for one sung phrase. Frames count from the start of its first consonant."""

    start_seconds: float
    """When frame 0 sounds in the song; may be below 0."""
    positions: NDArray[np.float64]
    """(frames,), place in the spoken phrase; where nothing sounds it means nothing."""
    sounding: NDArray[np.bool_]
    """(frames,)."""
    vowel: NDArray[np.bool_]
    """(frames,), inside a held vowel."""
    onsets: tuple[int, ...]
    """Frame where each note's vowel begins."""

    @property
    def frames(self) -> int:
        """Length."""
        return len(self.positions)


def held(syllable: Syllable, frames: int, speech_rhythm: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return where to read a vowel that lasts `frames`, (frames,).

    Args:
        syllable: Whose vowel.
        frames: New length.
        speech_rhythm: Share of the vowel's own movement that is stretched over the whole; the rest is held.
        rng: Random numbers.
    """
    spoken = syllable.vowel_end - syllable.vowel_start
    even = np.linspace(syllable.vowel_start, syllable.vowel_end - 1, frames)
    if frames <= spoken or speech_rhythm >= 1.0:
        return even
    attack, release = syllable.nucleus - syllable.vowel_start, syllable.vowel_end - syllable.nucleus
    room = 0.7 * frames / max(1, attack + release)
    # The inner half of the vowel is held: its edges already sound like the consonants beside them.
    low, high = syllable.nucleus - 0.5 * attack, syllable.nucleus + 0.5 * (release - 1)
    attack, release = int(attack * min(1.0, room)), int(release * min(1.0, room))
    wandering = min(5.0, 0.25 * spoken) * wander(frames, rng.uniform(0.12, 0.3), rng)
    place = np.arange(frames - attack - release)
    ramp = np.clip(np.minimum(place, place[::-1]) / 12.0, 0.0, 1.0)
    middle = syllable.nucleus + ramp * wandering[attack : frames - release]
    parts = (
        np.linspace(syllable.vowel_start, syllable.nucleus, attack, endpoint=False),
        np.clip(middle, low, max(low, high)),
        np.linspace(syllable.nucleus, syllable.vowel_end - 1, release),
    )
    return (1.0 - speech_rhythm) * np.concatenate(parts) + speech_rhythm * even


def chosen_syllables(
    notes: Sequence[Note], phrase: SpokenPhrase, melisma_share: float, rng: np.random.Generator
) -> list[tuple[Syllable, bool]]:
    """Return each note's syllable, and whether it goes on with the last note's vowel."""
    chosen: list[tuple[Syllable, bool]] = []
    place = int(rng.integers(len(phrase.syllables)))
    for index in range(len(notes)):
        near = index > 0 and notes[index].start_seconds - notes[index - 1].end_seconds < LEGATO_SECONDS
        goes_on = bool(rng.uniform() < melisma_share) and near
        if not goes_on:
            place = (place + 1) % len(phrase.syllables)
        chosen.append((phrase.syllables[place], goes_on))
    return chosen


def consonant_frames(frames: int, delivery: Delivery, room: float | np.integer) -> int:
    """Return how many frames consonants of `frames` take: at most half of the room that there is for them."""
    longest = LONGEST_CONSONANT_SECONDS / FRAME_SECONDS
    return max(0, int(min(frames * delivery.consonant_length, longest, 0.5 * room)))


def slots_of(notes: Sequence[Note], chosen: Sequence[tuple[Syllable, bool]], delivery: Delivery) -> list[Slot]:
    """Return where each note's consonants and vowel lie; frames count from the start of the song.

    Args:
        notes: Rising in time.
        chosen: Of `chosen_syllables`.
        delivery: Manner.
    """
    starts = [round(note.start_seconds / FRAME_SECONDS) for note in notes]
    rooms = np.diff(starts, prepend=starts[0] - 1000)
    before = [
        0 if goes_on else consonant_frames(syllable.vowel_start - syllable.start, delivery, room)
        for (syllable, goes_on), room in zip(chosen, rooms, strict=True)
    ]
    slots = []
    for index, (note, start) in enumerate(zip(notes, starts, strict=True)):
        syllable = chosen[index][0]
        coda = syllable.end - syllable.vowel_end
        stop = max(start + 2, round(note.end_seconds / FRAME_SECONDS))
        tied = False
        if index + 1 < len(notes):
            limit = max(start + 1, starts[index + 1] - before[index + 1])
            tied = chosen[index + 1][1]
            near = notes[index + 1].start_seconds - note.end_seconds < LEGATO_SECONDS
            stop = limit if near else min(stop, limit)
        else:
            stop += consonant_frames(coda, delivery, stop - start)
        if delivery.speech_rhythm >= 1.0:
            stop = min(stop, start + 1 + int(SPEECH_STRETCH * (syllable.end - syllable.vowel_start)))
        after = 0 if tied else consonant_frames(coda, delivery, stop - start)
        slots.append(Slot(start - before[index], start, stop - after, stop))
    return slots


def read_phrase(notes: Sequence[Note], phrase: SpokenPhrase, delivery: Delivery, rng: np.random.Generator) -> Reading:
    """Return how to sing notes, which must follow one another, with the syllables of a phrase.

    Args:
        notes: At least one; where they overlap, the earlier one ends.
        phrase: Whose syllables follow one another, from a random one on, and begin again.
        delivery: Manner.
        rng: Random numbers.
    """
    chosen = chosen_syllables(notes, phrase, delivery.melisma_share, rng)
    slots = slots_of(notes, chosen, delivery)
    origin = slots[0].start
    frames = max(slot.stop for slot in slots) - origin
    positions, sounding, vowel = np.zeros(frames), np.zeros(frames, bool), np.zeros(frames, bool)
    for slot, (syllable, _) in zip(slots, chosen, strict=True):
        start, vowel_start, vowel_end, stop = (frame - origin for frame in slot)
        positions[start:vowel_start] = np.linspace(
            syllable.start, syllable.vowel_start, vowel_start - start, endpoint=False
        )
        positions[vowel_start:vowel_end] = held(syllable, vowel_end - vowel_start, delivery.speech_rhythm, rng)
        positions[vowel_end:stop] = np.linspace(syllable.vowel_end, syllable.end - 1, stop - vowel_end)
        sounding[start:stop] = True
        vowel[vowel_start:vowel_end] = True
    onsets = tuple(slot.vowel_start - origin for slot in slots)
    return Reading(origin * FRAME_SECONDS, positions, sounding, vowel, onsets)
