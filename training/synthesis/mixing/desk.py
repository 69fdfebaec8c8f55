"""The mixing desk: parts through their strips into stems, stems through their buses into a mixture.

Levels are those of the frames that sound. They differ from song to song and from stem to stem, because real mixes do.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np

from audio.stems import STEMS
from training.synthesis.draws import between, chance, log_between, pick
from training.synthesis.mixing.bass_chains import draw_bass_chain
from training.synthesis.mixing.codec import Codec
from training.synthesis.mixing.drum_chains import draw_drum_bus, draw_drum_strip
from training.synthesis.mixing.ducking import Ducker
from training.synthesis.mixing.effect import Chain, Facts, Levelled, describe
from training.synthesis.mixing.fader_ride import FaderRide, draw_fader_ride
from training.synthesis.mixing.master import at_final_peak, draw_master, mastered, total
from training.synthesis.mixing.noise import draw_noise
from training.synthesis.mixing.other_chains import draw_other_bus, draw_other_strip
from training.synthesis.mixing.parts import Mix, PlayedPart, PlayedParts
from training.synthesis.mixing.reverb import Reverb
from training.synthesis.mixing.sounds import (
    REFERENCE_DBFS,
    SILENCE_DBFS,
    Sound,
    active_level_dbfs,
    at_level,
    collapsed,
    peak,
    scaled,
    stereo,
)
from training.synthesis.mixing.spaces import draw_short_room
from training.synthesis.mixing.treatment import Treatment, draw_treatment
from training.synthesis.mixing.vocal_chains import draw_vocal_bus, draw_vocal_strip
from training.synthesis.scores import Score

LEVELS_DBFS: Mapping[str, float] = {"bass": -18.5, "drums": -18.0, "other": -20.5, "vocals": -17.5}
LEVEL_SPREAD_DB = 3.2
OUTLIER_SHARE = 0.08
"""Share of stems that are much louder or softer than usual."""
PART_SPREAD_DB = 3.5
BUS_SPREAD_DB = 2.5
BLEED_SHARE, NOISE_SHARE, CODEC_SHARE = 0.06, 0.1, 0.03
RIDE_SHARE = 0.6
FORWARD_VOICE_SHARE, FORWARD_VOICE_DB = 0.3, 5.0
"""How often the voice stands up to so many decibels before the band: in charts it is as loud as all others together
(Gerdes, Siedenburg, "Lead-vocal level in recordings of popular music 1946-2020", JASA Express Letters 3, 2023)."""
VOCAL_PART_LEVELS_DB: Mapping[str, float] = {"harmony": -6.0, "backing": -6.0, "ad_lib": -5.0, "choir": -5.0}
"""Relative to a lead."""
DUCKING_SHARES: Mapping[str, float] = {"bass": 0.7, "other": 0.85, "vocals": 0.08}
"""How often a stem is ducked in a song that pumps."""
BITRATES = (48, 64, 96, 128, 160, 192)


@dataclass(frozen=True)
class _Bus:
    """A stem on its way."""

    sound: Sound
    facts: Facts


def mix(parts: PlayedParts, score: Score, rng: np.random.Generator) -> Mix:
    """Mix a song.

    Args:
        parts: What was played.
        score: For the genre and the tempo.
        rng: Source of chance; each stem gets a stream of its own, so a part that is missing changes no other stem but
            by what is done to the mixture.
    """
    streams = {name: np.random.default_rng(int(rng.integers(2**63))) for name in (*STEMS, "song", "master")}
    treatment = draw_treatment(score.genre, score.beat_seconds, streams["song"])
    buses = {
        "bass": _mix_bass(parts, treatment, streams["bass"]),
        "drums": _mix_drums(parts, treatment, streams["drums"]),
        "other": _mix_lines(parts.others, parts.samples, _OTHER_LINES, treatment, streams["other"]),
        "vocals": _mix_lines(parts.vocals, parts.samples, _VOCAL_LINES, treatment, streams["vocals"]),
    }
    kick = parts.drums.get("kick")
    buses = {stem: _finish(stem, bus, kick, treatment, streams[stem]) for stem, bus in buses.items()}
    stems = {stem: bus.sound for stem, bus in buses.items()}
    facts: Facts = {
        "heaviness": round(treatment.heaviness, 2),
        "rooms": round(treatment.rooms, 2),
        "pumping": treatment.pumping,
        "stems": {stem: bus.facts for stem, bus in buses.items()},
    }
    if chance(streams["song"], NOISE_SHARE):
        stems["other"], facts["noise"] = _with_noise(stems, streams["song"])
    steps = draw_master(treatment, streams["master"])
    stems, facts["peak"] = at_final_peak(mastered(stems, steps), streams["master"])
    facts["master"] = [describe(step) for step in steps]
    for stem, sound in stems.items():
        facts["stems"][stem]["level_dbfs"] = round(active_level_dbfs(sound), 1)
    return Mix(stems, facts)


def _mix_bass(parts: PlayedParts, treatment: Treatment, rng: np.random.Generator) -> _Bus:
    chain = draw_bass_chain(treatment, rng)
    if parts.bass is None:
        return _silent(parts.samples)
    return _Bus(chain(at_level(collapsed(parts.bass))), {"effects": _described(chain)})


def _mix_drums(parts: PlayedParts, treatment: Treatment, rng: np.random.Generator) -> _Bus:
    strips: list[Facts] = []
    sounds = []
    for name in sorted(parts.drums):
        sound, strip = collapsed(parts.drums[name]), draw_drum_strip(name, treatment, rng)
        level_db = float(rng.normal(0.0, BUS_SPREAD_DB))
        sounds.append(scaled(strip(sound), level_db))
        strips.append({"name": name, "level_db": round(level_db, 1), "effects": _described(strip)})
    bus = draw_drum_bus(treatment, rng)
    if not sounds:
        return _silent(parts.samples)
    return _Bus(bus(at_level(_sum(sounds))), {"effects": _described(bus), "parts": strips})


@dataclass(frozen=True)
class _Lines:
    """How the lines of a stem are mixed."""

    draw_strip: Callable[[str, Treatment, np.random.Generator], Chain]
    draw_bus: Callable[[Treatment, np.random.Generator], Chain]
    levels_db: Mapping[str, float]
    spread_db: float
    grouped: frozenset[str]
    """Lines of these names go through one strip together."""


_OTHER_LINES = _Lines(
    lambda _, treatment, rng: draw_other_strip(treatment, rng), draw_other_bus, {}, PART_SPREAD_DB, frozenset()
)
_VOCAL_LINES = _Lines(
    draw_vocal_strip, draw_vocal_bus, VOCAL_PART_LEVELS_DB, PART_SPREAD_DB, frozenset(VOCAL_PART_LEVELS_DB)
)


def _groups(lines: Iterable[PlayedPart], grouped: Container[str]) -> list[tuple[str, list[Sound]]]:
    """Return the lines, those that are mixed together under one name."""
    together: dict[tuple[str, int], list[Sound]] = {}
    for number, line in enumerate(lines):
        key = (line.name, -1 if line.name in grouped else number)
        together.setdefault(key, []).append(collapsed(line.sound))
    return [(name, group) for (name, _), group in together.items()]


def _mix_lines(
    lines: tuple[PlayedPart, ...], samples: int, how: _Lines, treatment: Treatment, rng: np.random.Generator
) -> _Bus:
    strips: list[Facts] = []
    sounds = []
    for name, group in _groups(lines, how.grouped):
        strip = how.draw_strip(name, treatment, rng)
        level_db = how.levels_db.get(name, 0.0) + float(rng.normal(0.0, how.spread_db))
        together = group[0] if len(group) == 1 else _balanced(group, rng)
        sounds.append(at_level(strip(at_level(together)), REFERENCE_DBFS + level_db))
        strips.append({"name": name, "lines": len(group), "level_db": round(level_db, 1), "effects": _described(strip)})
    bus = how.draw_bus(treatment, rng)
    if not sounds:
        return _silent(samples)
    return _Bus(bus(at_level(_sum(sounds))), {"effects": _described(bus), "parts": strips})


def _balanced(group: list[Sound], rng: np.random.Generator) -> Sound:
    return _sum(at_level(line, REFERENCE_DBFS + float(rng.normal(0.0, BUS_SPREAD_DB))) for line in group)


def _finish(stem: str, bus: _Bus, kick: Sound | None, treatment: Treatment, rng: np.random.Generator) -> _Bus:
    """Duck a stem, ride its fader, let it bleed into a room, code it now and then, and set its level."""
    sound, facts = bus.sound, dict(bus.facts)
    ducker = Ducker(between(rng, 2.0, 14.0), log_between(rng, 0.001, 0.02), log_between(rng, 0.06, 0.35))
    if treatment.pumping and chance(rng, DUCKING_SHARES.get(stem, 0.0)) and kick is not None:
        sound, facts["ducked"] = sound * ducker.gains(kick), describe(ducker)
    late: list[FaderRide | Reverb | Codec] = []
    if chance(rng, RIDE_SHARE):
        late.append(draw_fader_ride(rng, sound.shape[-1]))
    if chance(rng, BLEED_SHARE):
        # It was also heard by the microphones of others; what they heard is still this stem.
        late.append(Reverb(draw_short_room(rng), between(rng, -30.0, -14.0)))
    if chance(rng, CODEC_SHARE):
        late.append(Codec(pick(rng, ("mp3", "aac", "aac")), pick(rng, BITRATES)))
    outlier_db = pick(rng, (-1.0, 1.0)) * between(rng, 5.0, 10.0) if chance(rng, OUTLIER_SHARE) else 0.0
    forward_db = between(rng, 0.0, FORWARD_VOICE_DB) if stem == "vocals" and chance(rng, FORWARD_VOICE_SHARE) else 0.0
    level_dbfs = LEVELS_DBFS[stem] + float(rng.normal(0.0, LEVEL_SPREAD_DB)) + outlier_db + forward_db
    if peak(sound) == 0.0:
        return _Bus(stereo(sound), facts)
    for effect in late:
        sound = effect(sound)
    return _Bus(stereo(at_level(sound, level_dbfs)), {**facts, "late": [describe(effect) for effect in late]})


def _with_noise(stems: Mapping[str, Sound], rng: np.random.Generator) -> tuple[Sound, Facts]:
    """Return the stem `other` with a noise, below the mixture."""
    noise, below_db = draw_noise(rng), between(rng, 20.0, 60.0)
    level_dbfs = max(active_level_dbfs(total(stems)), SILENCE_DBFS + 60.0) - below_db
    sound = stereo(at_level(noise.sound(stems["other"].shape[-1]), level_dbfs))
    return stems["other"] + sound, {**describe(noise), "level_db": round(-below_db, 1)}


def _sum(sounds: Iterable[Sound]) -> Sound:
    """Return the sum; one channel goes to both where others have two."""
    return reduce(np.add, sounds)


def _silent(samples: int) -> _Bus:
    return _Bus(np.zeros((2, samples), np.float32), {"effects": []})


def _described(chain: Chain) -> list[Facts]:
    return [describe(effect) for effect in chain.effects if not isinstance(effect, Levelled)]
