"""Whole songs: composed, played, mixed, with everything that is known about them.

A song depends on its seed, its settings, the sounds, this generator and the versions of the packages below it, on
nothing else: not on the songs made before it, nor on the number of processes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version

import numpy as np

from audio.errors import KitError
from audio.stems import STEMS
from training.synthesis.mixing.effect import Facts
from training.synthesis.mixing.parts import PlayedParts
from training.synthesis.mixing.sounds import Sound
from training.synthesis.players import Playing, play
from training.synthesis.scores import Score, random_stream
from training.synthesis.sounds import Sounds

GENERATOR = 2
"""Changes whenever the same seed makes another song."""
SHORTEST_SECONDS, LONGEST_SECONDS = 2.0, 600.0
_SILENCED = {"vocals": 0.5, "bass": 0.2, "drums": 0.2, "other": 0.1}
"""How often each stem is the silent one: songs without voices are the most common ones."""
_JUDGEMENTS = ("free", "credit", "copyleft")
"""From the mildest to the strictest."""


class SynthesisError(KitError):
    """Songs cannot be made as they were asked for."""


@dataclass(frozen=True)
class SongSettings:
    """What kind of songs to make."""

    seconds: float = 20.0
    """Length of every song."""
    remix_share: float = 0.08
    """Share of songs whose stems come from different songs."""
    silent_share: float = 0.1
    """Share of songs in which a stem is silenced; others may lack one, too, because nobody plays it."""

    def __post_init__(self) -> None:
        if not SHORTEST_SECONDS <= self.seconds <= LONGEST_SECONDS:
            raise SynthesisError(
                f"A song must last {SHORTEST_SECONDS:g} to {LONGEST_SECONDS:g} seconds. Got {self.seconds:g}."
            )
        for name, share in (("remix_share", self.remix_share), ("silent_share", self.silent_share)):
            if not 0.0 <= share <= 1.0:
                raise SynthesisError(f"{name} must be between 0 and 1. Got {share:g}.")


@dataclass(frozen=True)
class SynthesisedSong:
    """A song."""

    stems: dict[str, Sound]
    """By the names of audio.stems.STEMS, each float32 (2, samples) inside +-1; their sum is the mixture."""
    facts: Facts
    """What JSON can hold."""


def make_song(seed: int, settings: SongSettings, sounds: Sounds) -> SynthesisedSong:
    """Make a song.

    Args:
        seed: 0 or more.
        settings: What kind of song.
        sounds: Who plays.
    """
    rng = random_stream(seed, "song")
    remixed = bool(rng.uniform() < settings.remix_share)
    silenced = _draw_silenced(rng, settings.silent_share)
    heard = [stem for stem in STEMS if stem != silenced]
    if remixed:
        parts, scores, who = _play_remix(seed, heard, settings, sounds)
    else:
        score = sounds.compose(random_stream(seed, "score"), settings.seconds)
        parts, who = play(Playing(score, sounds, seed), heard)
        scores = {"all": score}
    mixed = sounds.mix(parts, next(iter(scores.values())), random_stream(seed, "mix"))
    facts: Facts = {
        "remix": remixed,
        "silenced": silenced,
        "judgement": _strictest(who),
        "scores": {stems: _score_facts(score) for stems, score in scores.items()},
        "players": who,
        "mix": mixed.facts,
        "versions": versions(),
    }
    return SynthesisedSong(mixed.stems, facts)


def versions() -> dict[str, str]:
    """Return the versions of packages that the bytes of a song depend on."""
    return {package: version(package) for package in ("numpy", "scipy")}


def _draw_silenced(rng: np.random.Generator, share: float) -> str | None:
    if rng.uniform() >= share:
        return None
    return str(rng.choice(list(_SILENCED), p=list(_SILENCED.values())))


def _play_remix(
    seed: int, stems: list[str], settings: SongSettings, sounds: Sounds
) -> tuple[PlayedParts, Mapping[str, Score], list[Facts]]:
    """Play every stem from a score of its own: nothing fits together, as in mixtures of unrelated stems."""
    scores, played, who = {}, {}, []
    for stem in stems:
        score = sounds.compose(random_stream(seed, "remix", stem), settings.seconds)
        played[stem], players = play(Playing(score, sounds, seed, stem), [stem])
        scores[stem] = score
        who += players
    parts = PlayedParts(
        samples=next(iter(played.values())).samples,
        drums=played["drums"].drums if "drums" in played else {},
        bass=played["bass"].bass if "bass" in played else None,
        others=played["other"].others if "other" in played else (),
        vocals=played["vocals"].vocals if "vocals" in played else (),
    )
    return parts, scores, who


def _strictest(players: list[Facts]) -> str:
    """Return what the song as a whole asks of who publishes it."""
    found = {source["judgement"] for player in players for source in player["sources"]}
    return max(found, key=_JUDGEMENTS.index, default=_JUDGEMENTS[0])


def _score_facts(score: Score) -> Facts:
    return {
        "genre": score.genre,
        "tempo_bpm": round(score.tempo_bpm, 2),
        "key": score.key,
        "chords": list(score.chords),
        "chord_starts_seconds": [round(start, 3) for start in score.chord_starts_seconds],
        "sections": [asdict(section) for section in score.sections],
    }
