"""Products of made-up stems and estimates, for tests of the fit."""

from __future__ import annotations

import numpy as np

from evaluator.blend_fit.products import StemProducts


def products_of(references, estimates):
    """Return products of songs: shapes (songs, samples) and (songs, estimates, samples)."""
    return StemProducts(
        np.einsum("st,st->s", references, references),
        np.einsum("st,skt->sk", references, estimates),
        np.einsum("skt,slt->skl", estimates, estimates),
    )


def random_products(seed, songs=5, members=3, bands=1):
    """Return products of songs of very different loudness, whose members err each in its own way."""
    random = np.random.default_rng(seed)
    columns = members * bands
    references = random.normal(size=(songs, 50)) * 10 ** random.uniform(-2, 1, (songs, 1))
    shares = random.uniform(0, 1, (songs, columns, 1)) / bands
    noise = random.normal(size=(songs, columns, 50)) * references.std(axis=1)[:, None, None]
    errors = 10 ** random.uniform(-2, 0.3, (songs, columns, 1)) * noise
    return products_of(references, shares * references[:, None] + errors)
