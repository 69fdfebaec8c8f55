"""Draws of chance."""

from collections import Counter

import numpy as np
import pytest

from training.synthesis.composing.dice import Dice


def test_weights_are_odds():
    dice = Dice(np.random.default_rng(0))
    counts = Counter(dice.weighted({"a": 3.0, "b": 1.0, "c": 0.0}) for _ in range(4000))
    assert counts["a"] / 4000 == pytest.approx(0.75, abs=0.03)
    assert counts["c"] == 0


def test_whole_numbers_include_both_ends():
    dice = Dice(np.random.default_rng(0))
    assert {dice.whole(2, 4) for _ in range(100)} == {2, 3, 4}


def test_jitter_has_its_spread_and_three_times_that_as_bound():
    dice = Dice(np.random.default_rng(0))
    drawn = [dice.jitter(0.5) for _ in range(4000)]
    assert np.std(drawn) == pytest.approx(0.5, rel=0.05)
    assert np.abs(drawn).max() <= 1.5
    assert dice.jitter(0.0) == 0.0


def test_shuffling_keeps_everything():
    choices = list(range(20))
    shuffled = Dice(np.random.default_rng(0)).shuffled(choices)
    assert sorted(shuffled) == choices != shuffled
