"""Separators that keep what they were asked, for tests of blends."""

from __future__ import annotations

import torch

from audio import SAMPLE_RATE, STEMS


def noise(samples, seed=0):
    return 0.1 * torch.randn(2, samples, generator=torch.Generator().manual_seed(seed))


class Scaled:
    """Gives for each stem the mixture times a factor of its own; cannot stream."""

    sample_rate = SAMPLE_RATE

    def __init__(self, factors):
        self.stems = tuple(factors)
        self.factors = factors
        self.runs = 0

    def separate(self, mixture):
        self.runs += 1
        return {stem: factor * mixture for stem, factor in self.factors.items()}


class Streaming(Scaled):
    """The same in blocks of a given length; keeps which stems were asked."""

    def __init__(self, factors, block_samples, sample_rate=SAMPLE_RATE):
        super().__init__(factors)
        self.block_samples = block_samples
        self.sample_rate = sample_rate
        self.asked = []

    def separate_stream(self, source, stems=None, on_progress=lambda share: None):
        self.runs += 1
        self.asked.append(tuple(stems or self.stems))
        for start in range(0, source.samples, self.block_samples):
            stop = min(start + self.block_samples, source.samples)
            on_progress(stop / source.samples)
            yield start, {stem: self.factors[stem] * source.read(start, stop) for stem in stems or self.stems}


def quarters():
    return dict.fromkeys(STEMS, 0.25)
