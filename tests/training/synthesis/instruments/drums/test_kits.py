"""How hits become buses: place, loudness, turns and the choked hi-hat."""

import numpy as np
import pytest

from audio.stems import SAMPLE_RATE
from training.synthesis.instruments.drums.kits import BUS_OF, GAINS, Kit, Piece
from training.synthesis.instruments.interfaces import BUSES
from training.synthesis.scores import DRUMS, Hit


def ringing(velocity, rng):
    return np.ones(SAMPLE_RATE, np.float32)


def kit(**changed):
    pieces = {drum: Piece(ringing, variants=1) for drum in DRUMS}
    pieces.update(changed)
    return Kit("test", pieces, timing_seconds=0.0)


def test_every_drum_has_a_bus_and_a_gain():
    assert set(BUS_OF) == set(GAINS) == set(DRUMS)
    assert set(BUS_OF.values()) == set(BUSES)


def test_a_closed_hat_chokes_an_open_one():
    hits = [Hit(0.0, "open_hat"), Hit(0.3, "closed_hat", 1e-3)]
    choked = kit().play(hits, SAMPLE_RATE, np.random.default_rng(0))["cymbals"]
    end = np.abs(choked[:, round(0.33 * SAMPLE_RATE) : round(0.9 * SAMPLE_RATE)]).max()
    assert end < 0.05 * np.abs(choked).max()


def test_a_kick_does_not_choke_a_hat():
    hits = [Hit(0.0, "open_hat"), Hit(0.3, "kick")]
    ringing_on = kit().play(hits, SAMPLE_RATE, np.random.default_rng(0))["cymbals"]
    assert ringing_on[0, round(0.8 * SAMPLE_RATE)] == pytest.approx(ringing_on[0, 100])


def test_only_buses_that_are_hit_are_returned():
    assert list(kit().play([Hit(0.0, "conga")], 1000, np.random.default_rng(0))) == ["percussion"]
    assert kit().play([], 1000, np.random.default_rng(0)) == {}


def test_soft_hits_are_softer():
    hits = [Hit(0.0, "kick", 0.2), Hit(2.0, "kick", 1.0)]
    sound = kit().play(hits, 4 * SAMPLE_RATE, np.random.default_rng(0))["kick"]
    soft, loud = np.abs(sound[:, : 2 * SAMPLE_RATE]).max(), np.abs(sound[:, 2 * SAMPLE_RATE :]).max()
    assert soft == pytest.approx(0.2**1.3 * loud, rel=1e-3)


def test_a_piece_stands_at_its_place():
    left = kit(ride=Piece(ringing, position=-1.0, variants=1))
    sound = left.play([Hit(0.0, "ride")], SAMPLE_RATE, np.random.default_rng(0))["cymbals"]
    assert np.abs(sound[1]).max() < 1e-6 * np.abs(sound[0]).max()


def test_hits_past_the_end_are_left_out():
    sound = kit().play([Hit(0.0, "kick"), Hit(9.0, "kick")], SAMPLE_RATE, np.random.default_rng(0))["kick"]
    assert sound.shape == (2, SAMPLE_RATE)
