"""The STFT of the Demucs family is that of the demucs package."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from demucs.htdemucs import HTDemucs

from tests.transforms.signals import noise
from transforms.demucs_stft import DemucsSTFT

NETWORK = SimpleNamespace(nfft=256, hop_length=64)
"""All that the package's methods read of their network."""
WITHIN = {"rtol": 1e-4, "atol": 1e-6}
"""Its window has single precision whatever the signal has."""


@pytest.mark.parametrize("samples", [1, 63, 64, 150, 1000, 6400])
def test_coefficients_and_signals_are_those_of_the_package(samples):
    stft = DemucsSTFT(256)
    signal = noise(1, 2, samples)
    coefficients = stft(signal)
    torch.testing.assert_close(coefficients, HTDemucs._spec(NETWORK, signal), **WITHIN)
    masked = coefficients * noise(*coefficients.shape, seed=1).abs()
    expected = HTDemucs._ispec(NETWORK, masked, samples)
    torch.testing.assert_close(stft.inverse(masked, samples), expected, **WITHIN)


def test_gradients_are_right_both_ways():
    stft = DemucsSTFT(16)
    signal = noise(2, 33).requires_grad_()
    coefficients = stft(signal).detach().requires_grad_()
    assert torch.autograd.gradcheck(stft, (signal,))
    assert torch.autograd.gradcheck(lambda values: stft.inverse(values, 33), (coefficients,))


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="multiple of 8 and at least 8. Got 100."):
        DemucsSTFT(100)
    with pytest.raises(ValueError, match=r"of a signal of 640 samples must be complex of shape \(..., 128, 10\)"):
        DemucsSTFT(256).inverse(torch.zeros(128, 9, dtype=torch.complex64), 640)
