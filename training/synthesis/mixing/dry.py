"""A song without a single effect: its parts at the levels of the desk. By comparison it shows what effects are for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from audio.stems import STEMS
from training.synthesis.mixing.desk import LEVEL_SPREAD_DB, LEVELS_DBFS, PART_SPREAD_DB, VOCAL_PART_LEVELS_DB
from training.synthesis.mixing.master import at_final_peak
from training.synthesis.mixing.parts import Mix, PlayedPart, PlayedParts
from training.synthesis.mixing.sounds import REFERENCE_DBFS, Sound, at_level, peak, stereo
from training.synthesis.scores import Score


def mix_dry(parts: PlayedParts, score: Score, rng: np.random.Generator) -> Mix:
    """Add up a song's parts, as `desk.mix` does without its effects (the score is not looked at)."""
    lines = {
        "bass": () if parts.bass is None else (parts.bass,),
        # A kit comes balanced.
        "drums": tuple(parts.drums[name] for name in sorted(parts.drums)),
        "other": tuple(_levelled(parts.others, {}, rng)),
        "vocals": tuple(_levelled(parts.vocals, VOCAL_PART_LEVELS_DB, rng)),
    }
    stems = {}
    for stem in STEMS:
        level_dbfs = LEVELS_DBFS[stem] + float(rng.normal(0.0, LEVEL_SPREAD_DB))
        silence = np.zeros((2, parts.samples), np.float32)
        sound = sum((stereo(line) for line in lines[stem]), start=silence)
        stems[stem] = at_level(sound, level_dbfs) if peak(sound) > 0.0 else silence
    final, highest = at_final_peak(stems, rng)
    return Mix(final, {"peak": highest, "stems": {stem: {"effects": []} for stem in STEMS}})


def _levelled(parts: Iterable[PlayedPart], levels_db: Mapping[str, float], rng: np.random.Generator) -> Iterable[Sound]:
    for part in parts:
        level_db = levels_db.get(part.name, 0.0) + float(rng.normal(0.0, PART_SPREAD_DB))
        yield at_level(part.sound, REFERENCE_DBFS + level_db)
