"""Spectra to bands and back: the frame, its gradient, gaps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.transforms.signals import noise, scaled_like
from transforms.band_transform import BandTransform
from transforms.frequency_scales import BarkScale
from transforms.gabor_bands import bins_from_centre, slice_bands

BANDS = slice_bands(BarkScale(600.0, 22050.0, 12), 44100, 240)


def _bands(blocks):
    return [band for block in blocks for band in block.unbind(-2)]


def test_the_gradient_of_the_analysis_is_the_synthesis_with_the_analysis_windows():
    transform = BandTransform(BANDS)
    signal = noise(3, 240).requires_grad_()
    others = scaled_like(transform.analyse(torch.fft.rfft(noise(3, 240, seed=1))))
    pairs = zip(_bands(transform.analyse(torch.fft.rfft(signal))), _bands(others), strict=True)
    product = torch.zeros((), dtype=torch.float64)
    for centre, (band, other) in zip(BANDS.centres, pairs, strict=True):
        # The bands at both ends of the spectrum mirror themselves; all others stand for two.
        counted = 1 if centre in (0, 120) else 2
        product = product + counted * band.shape[-1] ** 2 * (band * other.conj()).real.sum()
    (gradient,) = torch.autograd.grad(product, signal)

    # The dual windows are those of the analysis divided by the frame's factors.
    factors = np.zeros(240)
    for window, centre in zip(BANDS.windows, BANDS.centres, strict=True):
        places = (centre + bins_from_centre(len(window))) % 240
        factors[places] += len(window) * window**2
        if centre not in (0, 120):
            factors[-places % 240] += len(window) * window**2
    synthesised = torch.fft.irfft(transform.synthesise(others) * torch.from_numpy(factors[:121]))
    torch.testing.assert_close(gradient, 240 * synthesised)


def test_a_gap_between_windows_is_refused():
    windows = tuple(window * (number not in range(4, 9)) for number, window in enumerate(BANDS.windows))
    with pytest.raises(ValueError, match=r"must overlap at every frequency. There is a gap at bin \d+ of 240."):
        BandTransform(replace(BANDS, windows=windows))
