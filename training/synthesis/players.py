"""Let a score be played: every line by an instrument or a singer of its own, from random numbers of its own.

A line can be left out without changing any other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass

import numpy as np

from audio.stems import SAMPLE_RATE
from training.synthesis.instruments.interfaces import Source
from training.synthesis.mixing.effect import Facts
from training.synthesis.mixing.parts import PlayedPart, PlayedParts
from training.synthesis.mixing.sounds import Sound
from training.synthesis.scores import Line, Score, random_stream
from training.synthesis.sounds import Sounds


@dataclass(frozen=True)
class Playing:
    """What it takes to play a score."""

    score: Score
    sounds: Sounds
    seed: int
    name: str = ""
    """Sets the streams of one score of a song apart from those of its others."""

    @property
    def samples(self) -> int:
        """Length of the song."""
        return round(self.score.duration_seconds * SAMPLE_RATE)

    def stream(self, *names: str | int) -> np.random.Generator:
        """Return the random numbers for something."""
        return random_stream(self.seed, "play", self.name, *names)


def play(playing: Playing, stems: Collection[str]) -> tuple[PlayedParts, list[Facts]]:
    """Play some stems of a score.

    Returns:
        What was played, and for each line who played it with which sources.
    """
    facts: list[Facts] = []
    drums = _play_drums(playing, facts) if "drums" in stems else {}
    bass = _play_line(playing, playing.score.bass, "bass", 0, facts) if "bass" in stems else None
    others = []
    for number, line in enumerate(playing.score.others if "other" in stems else ()):
        sound = _play_line(playing, line, "other", number, facts)
        if sound is not None:
            others.append(PlayedPart(line.role, sound))
    vocals = _sing(playing, facts) if "vocals" in stems else ()
    return PlayedParts(playing.samples, drums, bass, tuple(others), vocals), facts


def _play_drums(playing: Playing, facts: list[Facts]) -> dict[str, Sound]:
    if not playing.score.hits:
        return {}
    kit = playing.sounds.instruments.drum_kit(playing.score.genre, playing.stream("drum kit"))
    facts.append(_who("drums", "drums", kit.name, kit.sources))
    return dict(kit.play(playing.score.hits, playing.samples, playing.stream("drums")))


def _play_line(playing: Playing, line: Line, stem: str, number: int, facts: list[Facts]) -> Sound | None:
    if not line.notes:
        return None
    instrument = playing.sounds.instruments.instrument(line.role, playing.stream(stem, number, "instrument"))
    facts.append(_who(stem, line.role, instrument.name, instrument.sources))
    return instrument.play(line.notes, playing.samples, playing.stream(stem, number))


def _sing(playing: Playing, facts: list[Facts]) -> tuple[PlayedPart, ...]:
    lines = [line for line in playing.score.vocals if any(line.phrases)]
    if not lines:
        return ()
    seed = int(playing.stream("vocals").integers(2**63))
    sung = playing.sounds.vocalists.sing(lines, playing.samples, playing.score.beat_seconds, seed)
    for line, done in zip(lines, sung, strict=True):
        who = _who("vocals", line.part, done.singer, done.sources)
        facts.append({**who, "style": line.style, "arrangement": done.arrangement})
    return tuple(PlayedPart(line.part, done.sound) for line, done in zip(lines, sung, strict=True))


def _who(stem: str, part: str, player: str, sources: Iterable[Source]) -> Facts:
    return {"stem": stem, "part": part, "player": player, "sources": [asdict(source) for source in sources]}
