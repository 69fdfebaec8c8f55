"""Kits without a recording: each drum's patch is drawn from wide ranges."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from training.synthesis.instruments.drums.cymbals import random_crash, random_hats, random_ride
from training.synthesis.instruments.drums.kicks import random_kick
from training.synthesis.instruments.drums.kits import BUS_OF, GAINS, DrumVoice, Kit, Piece
from training.synthesis.instruments.drums.percussion import (
    random_conga,
    random_cowbell,
    random_shaker,
    random_tambourine,
    random_toms,
)
from training.synthesis.instruments.drums.snares import random_clap, random_rim, random_snare
from training.synthesis.instruments.interfaces import Rng
from training.synthesis.scores import DRUMS, Drum


def computed_voices(rng: Rng) -> dict[Drum, DrumVoice]:
    """Draw a voice for each drum; what belongs together (hi-hats, toms) is of one make."""
    hats, toms, snare = random_hats(rng), random_toms(rng), random_snare(rng)
    return {
        "kick": random_kick(rng),
        "snare": snare,
        "ghost_snare": snare,
        "rim": random_rim(rng),
        "clap": random_clap(rng),
        "closed_hat": hats.closed,
        "open_hat": hats.open,
        "pedal_hat": hats.pedal,
        "crash": random_crash(rng),
        "ride": random_ride(rng),
        "low_tom": toms[0],
        "mid_tom": toms[1],
        "high_tom": toms[2],
        "shaker": random_shaker(rng),
        "tambourine": random_tambourine(rng),
        "cowbell": random_cowbell(rng),
        "conga": random_conga(rng),
    }


def pieces(voices: Mapping[Drum, DrumVoice], rng: Rng, layers: int = 3) -> dict[Drum, Piece]:
    """Return the drums with a balance and places of their own: kick and snare near the middle, the others around it."""
    width = rng.uniform(0.3, 1.0)
    metal_db = rng.normal(2.0, 4.0)  # some engineers like their cymbals loud
    placed = {}
    for drum in DRUMS:
        balance_db = rng.normal(0.0, 3.0) + (metal_db if BUS_OF[drum] == "cymbals" else 0.0)
        gain = GAINS[drum] * 10.0 ** (balance_db / 20.0)
        middle = drum in ("kick", "snare", "ghost_snare", "clap")
        position = rng.uniform(-0.1, 0.1) if middle else rng.uniform(-width, width)
        placed[drum] = Piece(voices[drum], gain, float(np.clip(position, -1.0, 1.0)), layers)
    # A ghost note is the snare itself, at its place.
    placed["ghost_snare"] = Piece(voices["ghost_snare"], placed["snare"].gain, placed["snare"].position, layers)
    return placed


def random_computed_kit(rng: Rng) -> Kit:
    """Draw a kit."""
    return Kit("computed drums", pieces(computed_voices(rng), rng), dynamics=rng.uniform(0.9, 1.6))
