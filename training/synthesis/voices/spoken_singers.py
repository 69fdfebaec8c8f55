"""Singers whose words were spoken by text-to-speech voices: each has a voice of the bank, a throat and habits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.synthesis.voices.bank_files import SUFFIX, BankError, BankVoice, file_facts
from training.synthesis.voices.phrases import draw_air
from training.synthesis.voices.singing import VoiceSinger
from training.synthesis.voices.speakers import JUDGEMENTS, Judgement

FORMANT_VOICE_WEIGHT = 0.15
"""How often a voice of espeak-ng, which sounds like a machine, is drawn for each time that a recorded one is."""
HIGH_SPEECH_PITCH = 51.0
"""Between men and women, in semitones as MIDI counts them: 156 Hz."""
LOWEST_PITCH, HIGHEST_PITCH = 38.0, 84.0


@dataclass(frozen=True)
class SpokenSingers:
    """All singers of a bank."""

    voices: tuple[BankVoice, ...]

    @classmethod
    def open(cls, folder: Path, judgements: Iterable[Judgement] = JUDGEMENTS) -> SpokenSingers:
        """Open a bank of `build_bank`.

        Args:
            folder: Where it is.
            judgements: Which voices may sing; ("free", "credit") makes whatever sound is published.

        Raises:
            BankError: It holds no such voice, or files that are none.
        """
        wanted = set(judgements)
        voices = [BankVoice(path, file_facts(path)) for path in sorted(folder.glob(f"*{SUFFIX}"))]
        allowed = tuple(voice for voice in voices if voice.facts.judgement in wanted)
        if not allowed:
            raise BankError(
                f"A bank of voices must hold voices judged {' or '.join(sorted(wanted))}. Got {len(voices)} voices, "
                f"none of these, in '{folder}'. Build it: training.synthesis.voices.bank.build_bank."
            )
        return cls(allowed)

    def shares(self) -> NDArray[np.float64]:
        """Return how often each voice is drawn, (voices,): recorded ones more often, high ones as often as low ones."""
        weights = np.array(
            [FORMANT_VOICE_WEIGHT if voice.facts.voice.startswith("espeak") else 1.0 for voice in self.voices]
        )
        high = np.array([voice.facts.speech_pitch > HIGH_SPEECH_PITCH for voice in self.voices])
        for group in (high, ~high):
            weights[group] /= max(weights[group].sum(), 1e-9)
        return weights / weights.sum()

    def singer(self, rng: np.random.Generator) -> VoiceSinger:
        """Draw a voice, and a throat a little shorter or longer than its own."""
        voice = self.voices[int(rng.choice(len(self.voices), p=self.shares()))]
        shift = float(np.clip(rng.normal(1.0, 0.08), 0.82, 1.25))
        # Who has a shorter throat mostly has shorter folds, too.
        low = voice.facts.speech_pitch + 14.0 * np.log2(shift) + rng.uniform(0.0, 4.0)
        low = float(np.clip(low, LOWEST_PITCH, HIGHEST_PITCH - 15.0))
        return VoiceSinger(
            name=f"{voice.facts.voice} {shift:.2f}",
            low_pitch=low,
            high_pitch=min(HIGHEST_PITCH, low + rng.uniform(15.0, 24.0)),
            source=voice,
            formant_shift=shift,
            judgement=voice.facts.judgement,
            air=draw_air(rng),
            vibrato_hz=rng.uniform(4.5, 6.8),
        )
