"""A vocal part as a record has it: the line, its doubles and layers, placed in stereo.

Real vocals are rarely one dry voice in the middle. Leads are doubled or carry an octave or a whisper; harmonies come
in pairs, left and right; backing vocals are stacks; choirs are many voices wide. This module draws such arrangements;
effects are the mixing desk's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import numpy as np

from training.synthesis.scores import Note, VocalLine, VocalPart
from training.synthesis.voices.chops import chopped
from training.synthesis.voices.doubles import Sound, Take, draw_warp, second_take, spread, warped
from training.synthesis.voices.performance import Mono, Performance
from training.synthesis.voices.singing import Singer, SingerSet
from training.synthesis.voices.vocoder import chord_of_voices, draw_choir

Arrangement = Literal[
    "single", "double", "octave", "whisper", "pair", "stack", "gang", "chop", "crowd", "vocoder", "resampled"
]  # fmt: skip
CHANCES: Mapping[VocalPart, Mapping[Arrangement, float]] = MappingProxyType({
    "lead": {
        "single": 0.44, "double": 0.28, "octave": 0.09, "whisper": 0.08, "stack": 0.05, "vocoder": 0.03,
        "resampled": 0.03,
    },
    "harmony": {"single": 0.25, "pair": 0.57, "stack": 0.15, "vocoder": 0.03},
    "backing": {"pair": 0.4, "stack": 0.35, "gang": 0.1, "crowd": 0.1, "vocoder": 0.05},
    "ad_lib": {"single": 0.57, "pair": 0.2, "chop": 0.15, "resampled": 0.08},
    "choir": {"stack": 0.4, "gang": 0.25, "crowd": 0.35},
})  # fmt: skip
"""How often a part is arranged in which way."""


@dataclass(frozen=True)
class SungPart:
    """A vocal part."""

    sound: Sound
    singer: str
    arrangement: Arrangement


@dataclass(frozen=True)
class _Booth:
    """What all arrangements of one part share."""

    line: VocalLine
    singer: Singer
    singers: SingerSet
    samples: int
    step_seconds: float
    rng: np.random.Generator

    def take(self, first: Performance) -> Mono:
        rng = self.rng
        take = Take(rng.uniform(0.004, 0.02), rng.uniform(0.25, 0.7), rng.uniform(3.0, 14.0), rng.normal(0.0, 5.0))
        return second_take(first, take, rng).sound(self.samples, rng)

    def cheap_take(self, sound: Mono) -> Mono:
        return warped(sound, draw_warp(self.rng), self.rng)


def sing_part(
    line: VocalLine, singer: Singer, singers: SingerSet, samples: int, step_seconds: float, rng: np.random.Generator
) -> SungPart:
    """Return a vocal part, arranged at random as its kind asks.

    Args:
        line: What to sing.
        singer: Who leads it.
        singers: Where others come from for gangs.
        samples: Length.
        step_seconds: Grid for chops, such as a quarter of a beat.
        rng: Random numbers.
    """
    chances = CHANCES[line.part]
    arrangement: Arrangement = list(chances)[int(rng.choice(len(chances), p=list(chances.values())))]
    booth = _Booth(line, singer, singers, samples, step_seconds, rng)
    return SungPart(_ARRANGERS[arrangement](booth), singer.name, arrangement)


def _single(booth: _Booth) -> Sound:
    pan = booth.rng.uniform(-0.1, 0.1) if booth.line.part == "lead" else booth.rng.uniform(-0.8, 0.8)
    return spread([booth.singer.sing(booth.line, booth.samples, booth.rng)], [pan], [1.0])


def _double(booth: _Booth) -> Sound:
    first = booth.singer.perform(booth.line, booth.rng)
    main = first.sound(booth.samples, booth.rng)
    second = booth.take(first)
    width, level = booth.rng.uniform(0.0, 1.0), 10.0 ** (booth.rng.uniform(-14.0, -2.0) / 20.0)
    return spread([main, second, booth.cheap_take(second)], [0.0, -width, width], [1.0, level, level])


def _octave(booth: _Booth) -> Sound:
    first = booth.singer.perform(booth.line, booth.rng)
    down = first.transposed(-12.0 if booth.rng.uniform() < 0.7 else 12.0)
    level = 10.0 ** (booth.rng.uniform(-14.0, -3.0) / 20.0)
    return spread([first.sound(booth.samples, booth.rng), booth.take(down)], [0.0, 0.0], [1.0, level])


def _whisper(booth: _Booth) -> Sound:
    first = booth.singer.perform(booth.line, booth.rng)
    level = 10.0 ** (booth.rng.uniform(-20.0, -6.0) / 20.0)
    return spread([first.sound(booth.samples, booth.rng), booth.take(first.whispered())], [0.0, 0.0], [1.0, level])


def _pair(booth: _Booth) -> Sound:
    first = booth.singer.perform(booth.line, booth.rng)
    width = booth.rng.uniform(0.3, 1.0)
    return spread([first.sound(booth.samples, booth.rng), booth.take(first)], [-width, width], [0.7, 0.7])


def _stack(booth: _Booth) -> Sound:
    first = booth.singer.perform(booth.line, booth.rng)
    takes = [first.sound(booth.samples, booth.rng), booth.take(first)]
    takes += [booth.cheap_take(take) for take in takes]
    width = booth.rng.uniform(0.5, 1.0)
    return spread(takes, [-width, width, 0.5 * width, -0.5 * width], [0.5] * 4)


def _gang(booth: _Booth) -> Sound:
    takes = [booth.singer.sing(booth.line, booth.samples, booth.rng)]
    other = booth.singers.singer(booth.rng)
    # Who cannot reach the notes sings them an octave away.
    octave = 12.0 * round((np.mean((other.low_pitch, other.high_pitch)) - mean_pitch(booth.line)) / 12.0)
    takes.append(other.sing(transposed_line(booth.line, octave), booth.samples, booth.rng))
    takes += [booth.cheap_take(take) for take in takes for _ in range(int(booth.rng.integers(1, 3)))]
    return spread(takes, list(booth.rng.uniform(-1.0, 1.0, len(takes))), [len(takes) ** -0.5] * len(takes))


def _chop(booth: _Booth) -> Sound:
    line = booth.singer.sing(booth.line, booth.samples, booth.rng)
    return spread([chopped(line, booth.step_seconds, booth.rng)], [booth.rng.uniform(-0.7, 0.7)], [1.0])


def _crowd(booth: _Booth) -> Sound:
    settings = draw_choir(False, booth.rng)
    return chord_of_voices(_notes(booth.line), booth.singer.source, booth.samples, settings, booth.rng)


def _vocoder(booth: _Booth) -> Sound:
    settings = replace(draw_choir(True, booth.rng), width=booth.rng.uniform(0.0, 0.5))
    return chord_of_voices(_notes(booth.line), booth.singer.source, booth.samples, settings, booth.rng)


def _resampled(booth: _Booth) -> Sound:
    """As from a sampler or a tape at another speed: the throat shrinks or grows far beyond what is human."""
    first = booth.singer.perform(booth.line, booth.rng)
    semitones = booth.rng.uniform(3.0, 8.0) * booth.rng.choice((-1.0, 1.0))
    shift = round(float(first.formant_shift * 2.0 ** (semitones / 12.0)), 2)
    other = replace(first, formant_shift=shift)
    return spread([other.sound(booth.samples, booth.rng)], [booth.rng.uniform(-0.2, 0.2)], [1.0])


def _notes(line: VocalLine) -> tuple[Note, ...]:
    return tuple(note for phrase in line.phrases for note in phrase)


_ARRANGERS = MappingProxyType({
    "single": _single, "double": _double, "octave": _octave, "whisper": _whisper, "pair": _pair, "stack": _stack,
    "gang": _gang, "chop": _chop, "crowd": _crowd, "vocoder": _vocoder, "resampled": _resampled,
})  # fmt: skip


def mean_pitch(line: VocalLine) -> float:
    """Return the mean pitch of a line that has notes."""
    return float(np.mean([note.pitch for note in _notes(line)]))


def transposed_line(line: VocalLine, semitones: float) -> VocalLine:
    """Return a line at another pitch."""

    def moved(note: Note) -> Note:
        return replace(note, pitch=note.pitch + semitones)

    return replace(line, phrases=tuple(tuple(moved(note) for note in phrase) for phrase in line.phrases))
