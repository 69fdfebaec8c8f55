"""Recorded textures of Sonic Pi (CC0) as an instrument for effects: hums, glass, glitches, scratches, retuned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.synthesis.instruments.drums.one_shots import SONIC_PI_PACKAGE, read_one_shot, retuned, textures
from training.synthesis.instruments.interfaces import Rng, Sound, Source
from training.synthesis.instruments.levels import levelled
from training.synthesis.instruments.playing import Touch, mix_notes, needed_tones
from training.synthesis.instruments.signals import released
from training.synthesis.scores import Note


@dataclass(frozen=True)
class Texture:
    """Plays one file at each note, retuned a little with the note; see Instrument."""

    path: Path
    tuning: float = 1.0
    backwards: bool = False
    sources: tuple[Source, ...] = (Source(f"Sonic Pi samples ({SONIC_PI_PACKAGE})", "free"),)

    @property
    def name(self) -> str:
        """See Instrument.name."""
        return f"texture {self.path.stem}"

    def play(self, notes: Sequence[Note], samples: int, rng: Rng) -> Sound:
        """See Instrument.play."""
        touch = Touch(release_seconds=0.4, layers=1, timing_seconds=0.02)
        tones = {}
        for key, tone in needed_tones(notes, touch).items():
            sound = retuned(read_one_shot(self.path), self.tuning * 2.0 ** ((tone.pitch % 12.0 - 6.0) / 48.0))
            tones[key] = released(np.ascontiguousarray(sound[:, ::-1]) if self.backwards else sound, 0.01)
        return levelled(mix_notes(notes, samples, touch, tones, rng))


def random_texture(rng: Rng) -> Texture:
    """Draw a file and its tuning."""
    paths = textures()
    return Texture(
        paths[int(rng.integers(len(paths)))], float(2.0 ** rng.uniform(-1.0, 1.0)), bool(rng.uniform() < 0.2)
    )
