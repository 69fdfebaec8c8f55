"""The classical separator's transforms equal torch's, which are librosa's."""

import numpy as np
import pytest
import torch

from models.classical_spectra import analyse, synthesise

WINDOWS = (256, 2048, 4096)


def noise(samples):
    return np.random.default_rng(0).uniform(-0.5, 0.5, (2, samples)).astype(np.float32)


def torch_spectrum(signal, window_samples):
    window = torch.hann_window(window_samples)
    options = {"n_fft": window_samples, "hop_length": window_samples // 4, "window": window}
    return torch.stft(torch.from_numpy(signal), pad_mode="constant", return_complex=True, **options).numpy()


@pytest.mark.parametrize("samples", [8192, 10_001])
@pytest.mark.parametrize("window_samples", WINDOWS)
def test_the_spectrum_is_that_of_torch(window_samples, samples):
    expected = torch_spectrum(noise(samples), window_samples)
    spectrum = analyse(noise(samples), window_samples)
    assert spectrum.shape == expected.shape
    assert spectrum.dtype == np.complex64
    assert np.abs(spectrum - expected).max() < 1e-6 * np.abs(expected).max()


@pytest.mark.parametrize("samples", [8192, 10_001])
@pytest.mark.parametrize("window_samples", WINDOWS)
def test_the_inverse_gives_the_signal_back(window_samples, samples):
    signal = synthesise(analyse(noise(samples), window_samples), window_samples, samples)
    assert signal.shape == (2, samples)
    assert signal.dtype == np.float32
    assert np.abs(signal - noise(samples)).max() < 1e-6


def test_the_inverse_of_a_masked_spectrum_is_that_of_torch():
    masked = analyse(noise(8192), 2048) * np.linspace(0, 1, 1025, dtype=np.float32)[:, None]
    options = {"n_fft": 2048, "hop_length": 512, "window": torch.hann_window(2048), "length": 8192}
    expected = torch.istft(torch.from_numpy(masked.copy()), **options).numpy()
    assert np.abs(synthesise(masked, 2048, 8192) - expected).max() < 1e-6
