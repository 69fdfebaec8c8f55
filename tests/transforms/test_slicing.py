"""Slices of a signal: they add up to it, and their transform has the gradient of torch's."""

from __future__ import annotations

import math

import pytest
import torch

from tests.transforms.signals import noise
from transforms.real_fourier import real_fourier_transform
from transforms.slicing import Slicing


@pytest.mark.parametrize("transition", [0, 2, 18, 38])
@pytest.mark.parametrize("samples", [1, 20, 21, 399, 400])
def test_slices_add_up_to_the_signal(transition, samples):
    slicing = Slicing(80, transition)
    signal = noise(3, samples)
    spectra = slicing.spectra(signal)
    assert spectra.shape == (3, slicing.slices(samples), 41)
    torch.testing.assert_close(slicing.signal(spectra, samples), signal)


def test_a_slice_is_silent_outside_its_middle_half_and_transitions():
    spectra = Slicing(80, 10).spectra(torch.ones(400, dtype=torch.float64))
    inner = torch.fft.irfft(spectra[3])
    assert inner[:15].abs().max() < 1e-15
    rise = [0.5 - 0.5 * math.cos(math.pi * place / 10) for place in range(10)]
    torch.testing.assert_close(inner[15:25], torch.tensor(rise, dtype=torch.float64))
    torch.testing.assert_close(inner[25:55], torch.ones(30, dtype=torch.float64))
    torch.testing.assert_close(inner[15:25] + inner[55:65], torch.ones(10, dtype=torch.float64))


def test_the_transform_of_real_signals_has_the_gradients_of_torchs():
    signal = noise(2, 12).requires_grad_()
    assert torch.equal(real_fourier_transform(signal), torch.fft.rfft(signal))
    assert torch.autograd.gradcheck(real_fourier_transform, (signal,))
    assert torch.autograd.gradgradcheck(real_fourier_transform, (signal,))
