"""Kits of recorded drums: one kit, or drums from many, with computed ones mixed in."""

from __future__ import annotations

from collections.abc import Collection

from training.synthesis.draws import chance, log_between
from training.synthesis.instruments.drums.computed import computed_voices, pieces
from training.synthesis.instruments.drums.kits import DrumVoice, Kit
from training.synthesis.instruments.drums.one_shots import OneShot, RecordedDrum, one_shots
from training.synthesis.instruments.interfaces import OWN, Judgement, Rng
from training.synthesis.scores import DRUMS, Drum

_COMPUTED_SHARE = 0.15
_SMALLEST_KIT = 6
"""Kits with fewer drums only lend theirs to others."""


def random_recorded_kit(judgements: Collection[Judgement], rng: Rng) -> Kit:
    """Draw a kit: mostly one set of drums, completed from others; sometimes every drum is from elsewhere."""
    allowed = [shot for shot in one_shots() if shot.source.judgement in judgements]
    own = "" if chance(rng, 0.4) else _random_base(allowed, rng)
    chosen: dict[Drum, OneShot] = {}
    voices: dict[Drum, DrumVoice] = computed_voices(rng)
    for drum in DRUMS:
        shots = [shot for shot in allowed if shot.drum == drum]
        shots = [shot for shot in shots if shot.kit == own] or shots
        if shots and not chance(rng, _COMPUTED_SHARE):
            chosen[drum] = shots[int(rng.integers(len(shots)))]
            voices[drum] = _treated(chosen[drum], rng)
    if "snare" in chosen:
        voices["ghost_snare"] = voices["snare"]
        chosen["ghost_snare"] = chosen["snare"]
    sources = tuple(dict.fromkeys(chosen[drum].source for drum in DRUMS if drum in chosen))
    return Kit(own or "drums of many kits", pieces(voices, rng), (*sources, OWN), rng.uniform(0.6, 1.4))


def _random_base(allowed: list[OneShot], rng: Rng) -> str:
    kits = sorted({shot.kit for shot in allowed})
    full = [kit for kit in kits if len({shot.drum for shot in allowed if shot.kit == kit}) >= _SMALLEST_KIT]
    return full[int(rng.integers(len(full)))] if full else ""


def _treated(shot: OneShot, rng: Rng) -> RecordedDrum:
    tuning = float(2.0 ** rng.uniform(-0.25, 0.25)) if chance(rng, 0.5) else 1.0
    return RecordedDrum(shot, tuning, log_between(rng, 0.15, 3.0) if chance(rng, 0.3) else None)
