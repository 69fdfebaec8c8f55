"""Draw what a bass goes through: thin and bare, filtered, driven through an amplifier, wide above the lowest notes."""

from __future__ import annotations

import numpy as np

from training.synthesis.draws import between, chance, log_between
from training.synthesis.mixing.colours import (
    draw_bands,
    draw_compressor,
    draw_crusher,
    draw_high_cut,
    draw_low_cut,
    draw_movement,
    draw_saturation,
    draw_sweep,
    draw_weight,
    draw_widener,
)
from training.synthesis.mixing.effect import Beside, Chain, Effect, Levelled
from training.synthesis.mixing.equaliser import Band, Equaliser, steep
from training.synthesis.mixing.image import Width
from training.synthesis.mixing.saturation import Saturation
from training.synthesis.mixing.spaces import draw_reverb
from training.synthesis.mixing.split import AboveCrossover
from training.synthesis.mixing.treatment import Treatment


def draw_bass_chain(treatment: Treatment, rng: np.random.Generator) -> Chain:
    """Draw the effects of a bass, for sounds at the reference level."""
    effects: list[Effect] = []
    if chance(rng, 0.5):
        effects.append(Width(0.0))
    effects.append(Equaliser(_colour(rng)))
    if chance(rng, 0.08):
        effects.append(draw_sweep(rng, treatment.beat_seconds))
    if treatment.likely(rng, 0.5, 0.95):
        effects.append(draw_compressor(rng, 10.0, -32.0))
    effects += _grit(treatment, rng)
    if treatment.likely(rng, 0.0, 0.05):
        effects.append(draw_movement(rng, treatment.beat_seconds))
    return Chain((*effects, *_image(treatment, rng)))


def _colour(rng: np.random.Generator) -> tuple[Band, ...]:
    bands = draw_bands(rng, 2, 6.0) + draw_low_cut(rng, 20.0, 60.0)
    if chance(rng, 0.25):
        bands += draw_high_cut(rng, 300.0, 5000.0)
    bands += draw_weight(rng)
    if chance(rng, 0.25):  # Strings and fingers.
        bands += (Band("peak", log_between(rng, 600.0, 3500.0), between(rng, 2.0, 9.0), between(rng, 0.4, 1.0)),)
    return bands


def _grit(treatment: Treatment, rng: np.random.Generator) -> list[Effect]:
    if treatment.likely(rng, 0.1, 0.45):
        return [Levelled(), draw_saturation(rng, 2.0, 16.0)]
    if treatment.likely(rng, 0.05, 0.2):  # An amplifier beside the clean sound, without its deepest part.
        low_cut = steep("high_pass", log_between(rng, 80.0, 300.0), 1)
        cabinet = Equaliser((*low_cut, *draw_high_cut(rng, 2500.0, 7000.0)))
        amplifier = Chain((Levelled(), Saturation("hard", between(rng, 12.0, 36.0)), cabinet))
        return [Levelled(), Beside(amplifier, between(rng, -10.0, 4.0))]
    return [draw_crusher(rng)] if chance(rng, 0.03) else []


def _image(treatment: Treatment, rng: np.random.Generator) -> list[Effect]:
    if treatment.likely(rng, 0.1, 0.45):
        return [AboveCrossover(draw_widener(rng), log_between(rng, 100.0, 400.0))]
    if treatment.roomy(rng, 0.02, 0.2):
        return [AboveCrossover(draw_reverb(rng, treatment.short_room, -24.0, -8.0), log_between(rng, 80.0, 300.0))]
    return []
