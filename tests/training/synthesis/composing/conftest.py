"""Songs of every genre, composed once."""

import numpy as np
import pytest

from training.synthesis.composing import GENRES, compose

SEEDS = range(5)
DURATION_SECONDS = 20.0


@pytest.fixture(scope="session")
def songs():
    """Genre name -> its songs, one for each seed."""
    return {
        name: [compose(np.random.default_rng((number, seed)), DURATION_SECONDS, name) for seed in SEEDS]
        for number, name in enumerate(GENRES)
    }
