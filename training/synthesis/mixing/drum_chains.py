"""Draw what drums go through: strips for kick, snare and the others, and the bus of the kit.

From close and dry to a kit in a hall, flattened and driven until it is one wide, dense noise.
"""

from __future__ import annotations

import numpy as np

from training.synthesis.draws import between, chance, log_between
from training.synthesis.mixing.colours import (
    draw_bands,
    draw_compressor,
    draw_crusher,
    draw_movement,
    draw_saturation,
    draw_smash,
    draw_weight,
)
from training.synthesis.mixing.effect import Beside, Chain, Effect, Levelled
from training.synthesis.mixing.equaliser import Equaliser
from training.synthesis.mixing.image import Width
from training.synthesis.mixing.limiter import Clipper
from training.synthesis.mixing.spaces import draw_gated_room, draw_reverb
from training.synthesis.mixing.treatment import Treatment


def draw_drum_strip(bus: str, treatment: Treatment, rng: np.random.Generator) -> Chain:
    """Draw the effects of one bus of the kit, for sounds as the kit balances them."""
    effects: list[Effect] = []
    if treatment.likely(rng, 0.15, 0.5):
        effects.append(Equaliser(draw_bands(rng, 2, 6.0)))
    if bus in ("kick", "snare") and treatment.likely(rng, 0.05, 0.3):
        effects.append(draw_saturation(rng, 0.0, 14.0))
    if bus in ("snare", "toms") and treatment.roomy(rng, 0.02, 0.2):
        effects.append(
            draw_reverb(rng, draw_gated_room(rng) if chance(rng, 0.5) else treatment.short_room, -16.0, -2.0)
        )
    return Chain(tuple(effects))


def draw_drum_bus(treatment: Treatment, rng: np.random.Generator) -> Chain:
    """Draw the effects of the whole kit, for sounds at the reference level."""
    effects: list[Effect] = []
    if chance(rng, 0.08):
        effects.append(Width(0.0))
    elif chance(rng, 0.65):
        effects.append(Width(between(rng, 1.2, 3.5), log_between(rng, 250.0, 1500.0)))
    if treatment.likely(rng, 0.2, 0.6):
        effects.append(draw_compressor(rng, 8.0, -30.0))
    if treatment.likely(rng, 0.05, 0.5):
        effects += [Levelled(), Beside(draw_smash(rng), between(rng, -12.0, 4.0))]
    if treatment.likely(rng, 0.0, 0.08):
        effects.append(draw_crusher(rng))
    if treatment.likely(rng, 0.0, 0.06):
        effects.append(draw_movement(rng, treatment.beat_seconds))
    if treatment.roomy(rng, 0.15, 0.75):
        room = treatment.short_room if chance(rng, 0.75) else treatment.long_room
        effects.append(draw_reverb(rng, room, -26.0, -6.0))
    bands = draw_bands(rng, 2, 4.0) if chance(rng, 0.5) else ()
    effects.append(Equaliser(bands + draw_weight(rng)))
    if treatment.likely(rng, 0.05, 0.4):
        effects += [Levelled(), Clipper(between(rng, -14.0, -4.0), between(rng, 0.0, 0.8))]
    return Chain(tuple(effects))
