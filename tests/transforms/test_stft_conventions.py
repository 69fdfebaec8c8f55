"""The STFT with other libraries' settings gives their coefficients, and theirs back."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
import scipy.signal
import torch

from tests.transforms.signals import noise
from transforms import STFT
from transforms.stft_conventions import librosa_stft, scipy_stft


@pytest.mark.parametrize("samples", [4096, 10007])
def test_mono_coefficients_are_those_of_librosa_with_its_defaults(samples):
    signal = noise(samples)
    np.testing.assert_allclose(STFT(librosa_stft())(signal), librosa.stft(signal.numpy()), rtol=0, atol=1e-10)


@pytest.mark.parametrize("samples", [4096, 10007, 10240])
@pytest.mark.parametrize("hop", [512, 1024])
def test_stereo_coefficients_and_signals_are_those_of_scipy(samples, hop):
    stft = STFT(scipy_stft(2048, hop))
    signal = noise(2, samples)
    settings = {"nperseg": 2048, "noverlap": 2048 - hop}
    _, _, expected = scipy.signal.stft(signal.numpy(), **settings)
    coefficients = stft(signal)
    np.testing.assert_allclose(coefficients, expected, rtol=0, atol=1e-12)
    masked = coefficients * noise(*coefficients.shape, seed=1).abs()
    _, synthesised = scipy.signal.istft(masked.numpy(), **settings)
    np.testing.assert_allclose(stft.inverse(masked, samples), synthesised[:, :samples], rtol=0, atol=1e-12)


def test_whole_hops_restore_the_last_samples_with_a_hop_of_half_a_window():
    stft = STFT(scipy_stft(64, 32))
    for samples in (1, 31, 33, 1000):
        signal = noise(samples)
        torch.testing.assert_close(stft.inverse(stft(signal), samples), signal)
