"""Chains are drawn broadly: from nearly nothing to everything, the same ones for the same chance."""

from dataclasses import replace

import numpy as np
import pytest

from tests.training.synthesis.mixing.parts_for_mixing import beats
from training.synthesis.mixing.bass_chains import draw_bass_chain
from training.synthesis.mixing.drum_chains import draw_drum_bus, draw_drum_strip
from training.synthesis.mixing.other_chains import draw_other_bus, draw_other_strip
from training.synthesis.mixing.sounds import at_level, peak
from training.synthesis.mixing.treatment import LEANS, draw_treatment
from training.synthesis.mixing.vocal_chains import draw_vocal_bus, draw_vocal_strip

DRAWERS = {
    "bass": draw_bass_chain,
    "drum strip": lambda treatment, rng: draw_drum_strip("snare", treatment, rng),
    "drum bus": draw_drum_bus,
    "other strip": draw_other_strip,
    "other bus": draw_other_bus,
    "vocal strip": lambda treatment, rng: draw_vocal_strip("ad_lib", treatment, rng),
    "vocal bus": draw_vocal_bus,
}


def draw(name, seed, heaviness=None):
    rng = np.random.default_rng(seed)
    treatment = draw_treatment("pop", 0.5, rng)
    if heaviness is not None:
        treatment = replace(treatment, heaviness=heaviness, rooms=heaviness)
    return DRAWERS[name](treatment, rng)


@pytest.mark.parametrize("name", DRAWERS)
def test_what_is_drawn_works_on_real_levels(name):
    sound = at_level(beats(800.0, 3.0, 1))
    for seed in range(12):
        after = draw(name, seed)(sound)
        assert np.isfinite(after).all()
        assert 1e-4 < peak(after) < 100.0


@pytest.mark.parametrize("name", DRAWERS)
def test_the_same_chance_draws_the_same_chain_and_other_chance_others(name):
    assert draw(name, 5) == draw(name, 5)
    assert len({str(draw(name, seed)) for seed in range(20)}) > 10


@pytest.mark.parametrize("name", DRAWERS)
def test_bare_songs_get_fewer_effects_than_heavy_ones(name):
    counts = [np.mean([len(draw(name, seed, share).effects) for seed in range(60)]) for share in (0.0, 1.0)]
    assert counts[0] < counts[1]


def test_genres_lean_and_every_genre_has_bare_and_dense_songs():
    found = {
        genre: [draw_treatment(genre, 0.5, np.random.default_rng(seed)) for seed in range(80)]
        for genre in ("folk", "house", "no such genre")
    }
    heaviness = {genre: [one.heaviness for one in drawn] for genre, drawn in found.items()}
    assert np.mean(heaviness["folk"]) < np.mean(heaviness["no such genre"]) < np.mean(heaviness["house"])
    assert max(heaviness["folk"]) > 0.7
    assert min(heaviness["house"]) < 0.3
    assert not any(one.pumping for one in found["folk"])
    assert sum(one.pumping for one in found["house"]) > 30


def test_leans_are_shares():
    for lean in LEANS.values():
        assert all(0.0 <= share <= 1.0 for share in (lean.heaviness, lean.rooms, lean.pumping))
