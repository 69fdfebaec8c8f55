"""The file of one voice of the bank: its phrases as float16 tensors, and what it says about itself.

A second of speech takes 30 kB. Phrases are read one at a time, where they lie in the file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from audio.atomic import atomic_path
from audio.errors import KitError
from training.synthesis.voices.phrases import SpokenPhrase, Syllable
from training.synthesis.voices.pitch import hz_to_midi
from training.synthesis.voices.speakers import Judgement

FORMAT = "phrases of a voice, 1"
"""Changes whenever older files cannot be used."""
SUFFIX = ".safetensors"


class BankError(KitError):
    """A bank of voices cannot be made or used."""


@dataclass(frozen=True)
class VoiceFacts:
    """What a file says about itself."""

    voice: str
    judgement: Judgement
    mark: str
    """The settings that it was made with."""
    speech_pitch: float
    """Median pitch in speech, in semitones as MIDI counts them."""


def speech_pitch(phrases: Sequence[SpokenPhrase]) -> float:
    """Return the median pitch of speech, in semitones as MIDI counts them."""
    hertz = np.concatenate([phrase.pitch_hz for phrase in phrases])
    return float(hz_to_midi(np.median(hertz[hertz > 0])))


def write_voice(path: Path, phrases: Sequence[SpokenPhrase], facts: VoiceFacts) -> None:
    """Write a voice's file, whole or not at all; bands that one phrase lacks are left out of all.

    Raises:
        OSError: As `atomic_path`.
    """
    bands = min(phrase.bands_db.shape[1] for phrase in phrases)
    rows = [(number, *syllable) for number, phrase in enumerate(phrases) for syllable in phrase.syllables]
    tensors: dict[str, NDArray] = {
        "bands_db": np.concatenate([phrase.bands_db[:, :bands] for phrase in phrases]).astype(np.float16),
        "noise": np.concatenate([phrase.noise for phrase in phrases]).astype(np.float16),
        "pitch_hz": np.concatenate([phrase.pitch_hz for phrase in phrases]).astype(np.float32),
        "syllables": np.array(rows, np.int32),
        "borders": np.cumsum([0, *(len(phrase.pitch_hz) for phrase in phrases)]).astype(np.int32),
    }
    # The writer copies memory as it lies.
    tensors = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    # One entry, because the writer shuffles several.
    said = {FORMAT: json.dumps(asdict(facts), sort_keys=True)}
    with atomic_path(path) as partial:
        partial.write_bytes(save(tensors, metadata=said))


def file_facts(path: Path) -> VoiceFacts:
    """Return what a voice's file says about itself.

    Raises:
        BankError: It is none, or one of another format.
    """
    try:
        with safe_open(path, framework="np") as file:
            said = file.metadata() or {}
    except SafetensorError as error:
        raise BankError(
            f"A voice of the bank must be a safetensors file. '{path}' is not ({error}). Remove it."
        ) from error
    if FORMAT not in said:
        raise BankError(
            f"A voice of the bank must have the format '{FORMAT}'. '{path}' has '{', '.join(said) or 'none'}'. "
            "Remove it and build the bank again."
        )
    return VoiceFacts(**json.loads(said[FORMAT]))


@dataclass(frozen=True)
class BankVoice:
    """A voice of the bank as a source of phrases."""

    path: Path
    facts: VoiceFacts

    def phrase(self, rng: np.random.Generator) -> SpokenPhrase:
        """Return one of its phrases, read from its file."""
        with safe_open(self.path, framework="np") as file:
            borders = file.get_tensor("borders")
            number = int(rng.integers(len(borders) - 1))
            start, stop = int(borders[number]), int(borders[number + 1])
            rows = file.get_tensor("syllables")
            bands_db, noise, pitch_hz = (
                file.get_slice(name)[start:stop].astype(np.float32) for name in ("bands_db", "noise", "pitch_hz")
            )
        syllables = tuple(Syllable(*map(int, row[1:])) for row in rows[rows[:, 0] == number])
        return SpokenPhrase(self.facts.voice, bands_db, noise, pitch_hz, syllables)
