"""Draw what the rest of the band goes through: each part its own colour, place and room, and the bus of all.

Guitars, keys and synthesisers are what makes mixes wide and dense.
"""

from __future__ import annotations

import numpy as np

from training.synthesis.draws import between, chance, log_between, pick
from training.synthesis.mixing.colours import (
    draw_bands,
    draw_compressor,
    draw_crusher,
    draw_low_cut,
    draw_movement,
    draw_saturation,
    draw_widener,
)
from training.synthesis.mixing.effect import Chain, Effect, Levelled
from training.synthesis.mixing.equaliser import Band, Equaliser
from training.synthesis.mixing.image import LateSide, Pan, Width
from training.synthesis.mixing.rooms import Room
from training.synthesis.mixing.spaces import draw_delay, draw_long_room, draw_reverb, draw_short_room
from training.synthesis.mixing.treatment import Treatment


def draw_other_strip(treatment: Treatment, rng: np.random.Generator) -> Chain:
    """Draw the effects of one part, for sounds at the reference level."""
    effects: list[Effect] = []
    bands = draw_bands(rng, 2, 6.0) + (draw_low_cut(rng, 60.0, 300.0) if chance(rng, 0.35) else ())
    if bands:
        effects.append(Equaliser(bands))
    if treatment.likely(rng, 0.1, 0.45):
        effects.append(draw_compressor(rng, 6.0, -30.0))
    if treatment.likely(rng, 0.02, 0.15):
        effects += [Levelled(), draw_saturation(rng, 2.0, 18.0)]
    if treatment.likely(rng, 0.02, 0.15):
        effects.append(draw_movement(rng, treatment.beat_seconds))
    if treatment.likely(rng, 0.0, 0.03):
        effects.append(draw_crusher(rng))
    effects += _place(treatment, rng)
    if treatment.roomy(rng, 0.03, 0.25):
        effects.append(draw_delay(rng, treatment.beat_seconds))
    if treatment.roomy(rng, 0.05, 0.4):
        effects.append(draw_reverb(rng, _room(treatment, rng), -22.0, -4.0))
    return Chain(tuple(effects))


def draw_other_bus(treatment: Treatment, rng: np.random.Generator) -> Chain:
    """Draw the effects of all parts together, for sounds at the reference level."""
    effects: list[Effect] = []
    if chance(rng, 0.5):  # Air: many of our instruments are duller than those of records.
        effects.append(Equaliser((Band("high_shelf", log_between(rng, 2000.0, 9000.0), between(rng, 1.0, 14.0)),)))
    if treatment.likely(rng, 0.15, 0.6):
        effects.append(draw_compressor(rng, 6.0, -32.0))
    if treatment.likely(rng, 0.02, 0.3):
        effects += [Levelled(), draw_saturation(rng, 0.0, 12.0)]
    if chance(rng, 0.2):
        effects.append(Width(between(rng, 0.2, 2.0), log_between(rng, 150.0, 1000.0)))
    if treatment.roomy(rng, 0.1, 0.4):
        effects.append(draw_reverb(rng, treatment.long_room, -26.0, -8.0))
    return Chain(tuple(effects))


def _place(treatment: Treatment, rng: np.random.Generator) -> list[Effect]:
    kind = pick(rng, ("as it is", "pan", "pan", "width", "width", "widener", "widener", "late side"))
    if kind == "pan":
        return [Width(between(rng, 0.0, 0.6)), Pan(between(rng, -1.0, 1.0))]
    if kind == "width":
        return [Width(between(rng, 0.2, 2.6), log_between(rng, 150.0, 800.0))]
    if kind == "widener" and treatment.likely(rng, 0.3, 1.0):
        return [draw_widener(rng, 0.0)]
    if kind == "late side":
        return [LateSide(pick(rng, (-1.0, 1.0)) * between(rng, 0.004, 0.025))]
    return []


def _room(treatment: Treatment, rng: np.random.Generator) -> Room:
    if chance(rng, 0.6):
        return treatment.long_room if chance(rng, 0.5) else treatment.short_room
    return draw_long_room(rng) if chance(rng, 0.4) else draw_short_room(rng)
