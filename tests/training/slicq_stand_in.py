"""A small network of the sliCQ whose masks are given, and sounds for it."""

from __future__ import annotations

import torch
from torch import nn

from audio.stems import STEMS
from transforms import SliCQ, SliCQConfig
from transforms.frequency_scales import BarkScale

SMALL = SliCQConfig(BarkScale(600.0, 22050.0, 12), slice_samples=240, transition_samples=58)
SAMPLES = 700


class GivenMasks(nn.Module):
    """Masks the mixture by what it was given, of each block (batch, stems, channels, bands, slices, length)."""

    stems, sample_rate, channels = STEMS, 44_100, 2

    def __init__(self, given=None):
        super().__init__()
        self.slicq = SliCQ(SMALL)
        self.given = given if given is not None else masks(self.slicq)

    def masks(self, magnitudes):
        return self.given

    def filtered(self, masks, mixture):
        return [mask * block[:, None] for mask, block in zip(masks, mixture, strict=True)]


def masks(slicq, batch=2, samples=SAMPLES):
    generator = torch.Generator().manual_seed(2)
    slices = slicq.slices(samples)
    return [
        torch.rand(batch, len(STEMS), 2, block.bands, slices, block.length, generator=generator, dtype=torch.float64)
        for block in slicq.blocks
    ]


def true_stems(batch=2, samples=SAMPLES):
    generator = torch.Generator().manual_seed(1)
    return {stem: 0.1 * torch.randn(batch, 2, samples, generator=generator, dtype=torch.float64) for stem in STEMS}
