"""The singers of a song: who sings which line, in which octave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from training.synthesis.composing.vocal_ranges import HIGHEST
from training.synthesis.instruments.interfaces import Source
from training.synthesis.scores import VocalLine, random_stream
from training.synthesis.sounds import SungLine
from training.synthesis.voices.parts import mean_pitch, sing_part, transposed_line
from training.synthesis.voices.singing import Singer, SingerSet

FALSETTO_SEMITONES = 8.0
"""How much higher falsetto lies than the chest, but nobody goes above HIGHEST."""
SAME_SINGER_SHARE = 0.7
"""How often a line that is no lead is sung by the first singer."""
SAME_LEAD_SHARE = 0.5
"""How often a second lead is; else it is somebody else's, as in duets and in sung hooks of rapped songs."""


@dataclass(frozen=True)
class OwnVocalists:
    """Singers of a set: the first one leads and sings most of the other lines."""

    singers: SingerSet

    def sing(self, lines: Sequence[VocalLine], samples: int, beat_seconds: float, seed: int) -> list[SungLine]:
        """Return a sung line for each line; see `training.synthesis.sounds.Vocalists`."""
        first = self.singers.singer(random_stream(seed, "first singer"))
        sung = []
        for number, line in enumerate(lines):
            rng = random_stream(seed, "line", number)
            same = number == 0 or rng.uniform() < (SAME_LEAD_SHARE if line.part == "lead" else SAME_SINGER_SHARE)
            sung.append(self._sung(line, first if same else self.singers.singer(rng), samples, beat_seconds / 4.0, rng))
        return sung

    def _sung(
        self, line: VocalLine, singer: Singer, samples: int, step_seconds: float, rng: np.random.Generator
    ) -> SungLine:
        cast = _Cast(self.singers)
        moved = transposed_line(line, comfortable_octave(line, singer))
        sung = sing_part(moved, singer, cast, samples, step_seconds, rng)
        sources = dict.fromkeys(Source(each.name, each.judgement) for each in (singer, *cast.drawn))
        return SungLine(sung.sound, singer.name, tuple(sources), sung.arrangement)


@dataclass(frozen=True)
class _Cast:
    """Remembers who is drawn from a set for the gang behind a singer, since their voices are sources, too."""

    singers: SingerSet
    drawn: list[Singer] = field(default_factory=list)

    def singer(self, rng: np.random.Generator) -> Singer:
        self.drawn.append(self.singers.singer(rng))
        return self.drawn[-1]


def comfortable_octave(line: VocalLine, singer: Singer) -> float:
    """Return by how many semitones, a multiple of 12, a line must move to lie where a singer is at ease."""
    if not any(line.phrases):
        return 0.0
    lift = min(FALSETTO_SEMITONES, max(0.0, HIGHEST - singer.high_pitch)) if line.style == "falsetto" else 0.0
    lowest, highest, middle = singer.low_pitch + lift, singer.high_pitch + lift, mean_pitch(line)
    if lowest <= middle <= highest:
        return 0.0
    return float(12.0 * np.round((0.5 * (lowest + highest) - middle) / 12.0))
