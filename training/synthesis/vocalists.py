"""The singers of a song: who sings which line, in which octave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.synthesis.instruments.interfaces import Source
from training.synthesis.scores import VocalLine, random_stream
from training.synthesis.sounds import SungLine
from training.synthesis.voices.parts import mean_pitch, sing_part, transposed_line
from training.synthesis.voices.singing import Singer, SingerSet

SAME_SINGER_SHARE = 0.7
"""How often a line that is no lead is sung by the first singer."""


@dataclass(frozen=True)
class OwnVocalists:
    """Singers of a set: the first one leads and sings most of the other lines."""

    singers: SingerSet

    def sing(self, lines: Sequence[VocalLine], samples: int, beat_seconds: float, seed: int) -> list[SungLine]:
        """Return a sung line for each line; see `training.synthesis.sounds.Vocalists`."""
        first = self.singers.singer(random_stream(seed, "first singer"))
        return [
            self._sung(line, first, samples, beat_seconds, random_stream(seed, "line", number))
            for number, line in enumerate(lines)
        ]

    def _sung(
        self, line: VocalLine, first: Singer, samples: int, beat_seconds: float, rng: np.random.Generator
    ) -> SungLine:
        same = line.part == "lead" or rng.uniform() < SAME_SINGER_SHARE
        singer = first if same else self.singers.singer(rng)
        octave = comfortable_octave(line, singer)
        sung = sing_part(transposed_line(line, octave), singer, self.singers, samples, beat_seconds / 4.0, rng)
        return SungLine(sung.sound, singer.name, (Source(singer.name, singer.judgement),), sung.arrangement)


def comfortable_octave(line: VocalLine, singer: Singer) -> float:
    """Return by how many semitones, a multiple of 12, a line must move to lie where a singer is at ease."""
    if not any(line.phrases):
        return 0.0
    lowest, highest, middle = singer.low_pitch, singer.high_pitch, mean_pitch(line)
    if lowest <= middle <= highest:
        return 0.0
    return float(12.0 * np.round((0.5 * (lowest + highest) - middle) / 12.0))
