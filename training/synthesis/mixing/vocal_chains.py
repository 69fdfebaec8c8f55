"""Draw what voices go through: a strip for each line, and the bus of all.

Modern vocals are squeezed, bright, de-essed, wide, with echoes and long rooms; some are filtered, driven, crushed or
chopped; others are bare.
"""

from __future__ import annotations

import numpy as np

from training.synthesis.draws import between, chance, log_between
from training.synthesis.mixing.colours import (
    draw_bands,
    draw_compressor,
    draw_crusher,
    draw_low_cut,
    draw_movement,
    draw_saturation,
    draw_smash,
    draw_widener,
)
from training.synthesis.mixing.compressor import DeEsser
from training.synthesis.mixing.effect import Beside, Chain, Effect, Levelled
from training.synthesis.mixing.equaliser import Band, Equaliser, steep
from training.synthesis.mixing.image import LateSide, Width
from training.synthesis.mixing.saturation import Saturation
from training.synthesis.mixing.spaces import draw_delay, draw_reverb, draw_reversed_room, draw_throw
from training.synthesis.mixing.treatment import Treatment

STRANGE_SHARES = {"lead": 0.04, "ad_lib": 0.25}
"""How often a line sounds like a telephone; others as often as a lead."""


def draw_vocal_strip(part: str, treatment: Treatment, rng: np.random.Generator) -> Chain:
    """Draw the effects of one line, for sounds at the reference level."""
    effects: list[Effect] = [Equaliser(_colour(treatment, rng))]
    if treatment.likely(rng, 0.45, 1.0):
        effects.append(draw_compressor(rng, 12.0, -36.0))
    if treatment.likely(rng, 0.05, 0.3):
        effects += [Levelled(), draw_saturation(rng, 2.0, 14.0)]
    if chance(rng, STRANGE_SHARES.get(part, STRANGE_SHARES["lead"])):
        effects += _telephone(rng)
    return Chain(tuple(effects))


def draw_vocal_bus(treatment: Treatment, rng: np.random.Generator) -> Chain:
    """Draw the effects of all voices together, for sounds at the reference level."""
    effects: list[Effect] = []
    if treatment.likely(rng, 0.1, 0.7):
        effects.append(draw_compressor(rng, 8.0, -32.0))
    if treatment.likely(rng, 0.02, 0.25):
        effects += [Levelled(), Beside(draw_smash(rng), between(rng, -14.0, 2.0))]
    if treatment.likely(rng, 0.05, 0.45):
        effects.append(DeEsser(between(rng, 4500.0, 8000.0), between(rng, -38.0, -20.0), between(rng, 2.0, 8.0)))
    if treatment.likely(rng, 0.0, 0.12):
        effects += [Levelled(), draw_saturation(rng, 6.0, 26.0)]
    if treatment.likely(rng, 0.0, 0.06):
        effects.append(draw_crusher(rng))
    if treatment.likely(rng, 0.05, 0.4):
        effects.append(draw_widener(rng))
    if treatment.likely(rng, 0.0, 0.05):
        effects.append(LateSide(between(rng, 0.008, 0.03)))
    if treatment.likely(rng, 0.01, 0.1):
        effects.append(draw_movement(rng, treatment.beat_seconds))
    return Chain((*effects, *_spaces(treatment, rng)))


def _spaces(treatment: Treatment, rng: np.random.Generator) -> list[Effect]:
    effects: list[Effect] = []
    if treatment.roomy(rng, 0.15, 0.65):
        effects.append(draw_delay(rng, treatment.beat_seconds))
    if treatment.roomy(rng, 0.02, 0.15):
        effects.append(draw_throw(rng, treatment.beat_seconds))
    if treatment.roomy(rng, 0.3, 0.95):
        effects.append(draw_reverb(rng, treatment.long_room, -24.0, -3.0))
    elif chance(rng, 0.7):
        effects.append(draw_reverb(rng, treatment.short_room, -24.0, -5.0))
    if chance(rng, 0.02):
        effects.append(draw_reverb(rng, draw_reversed_room(rng), -14.0, -4.0))
    if chance(rng, 0.45):
        effects.append(Width(between(rng, 0.0, 1.5)))
    return effects


def _colour(treatment: Treatment, rng: np.random.Generator) -> tuple[Band, ...]:
    bands = draw_bands(rng, 3, 5.0)
    if chance(rng, 0.85):
        bands += draw_low_cut(rng, 60.0, 250.0)
    if chance(rng, 0.3):  # Presence.
        bands += (Band("peak", between(rng, 2000.0, 5000.0), between(rng, 1.0, 8.0), between(rng, 0.4, 1.2)),)
    if chance(rng, 0.25):  # A small room, a cheap microphone.
        bands += (Band("peak", between(rng, 350.0, 1200.0), between(rng, 1.0, 8.0), between(rng, 0.4, 1.0)),)
    if treatment.likely(rng, 0.2, 0.8):  # Air.
        bands += (Band("high_shelf", between(rng, 4000.0, 11_000.0), between(rng, 1.0, 14.0)),)
    if chance(rng, 0.12):
        bands += steep("low_pass", log_between(rng, 2500.0, 10_000.0), 1)
    return bands


def _telephone(rng: np.random.Generator) -> list[Effect]:
    low_hz, high_hz = between(rng, 250.0, 700.0), between(rng, 2200.0, 4500.0)
    narrow = Equaliser((*steep("high_pass", low_hz, 2), *steep("low_pass", high_hz, 2)))
    return [narrow, Levelled(), Saturation("hard", between(rng, 6.0, 26.0))]
