"""Small batches of estimates and references."""

from __future__ import annotations

import pytest
import torch

from audio.stems import STEMS


@pytest.fixture
def pairs():
    """Return a function that makes estimates and references of four stems, shape (items, channels, samples)."""

    def make(items=3, channels=2, samples=900, dtype=torch.float64):
        generator = torch.Generator().manual_seed(3)

        def draw(scale):
            return scale * torch.randn(items, channels, samples, generator=generator, dtype=dtype)

        references = {stem: draw(0.1) for stem in STEMS}
        estimates = {stem: sound + draw(0.05) for stem, sound in references.items()}
        return estimates, references

    return make
