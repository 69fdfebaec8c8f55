"""MFCC: those of librosa, with gradients."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
import torch

from audio import SAMPLE_RATE
from tests.transforms.signals import noise
from transforms import STFTConfig
from transforms.mfcc import MFCC, MFCCConfig


@pytest.mark.parametrize(("coefficients", "bands"), [(20, 128), (13, 40)])
def test_coefficients_are_those_of_librosa(coefficients, bands):
    # A fade from full scale to far below the range that is kept.
    signal = noise(30_000, dtype=torch.float32) * torch.logspace(0, -6, 30_000)
    expected = librosa.feature.mfcc(y=signal.numpy(), sr=SAMPLE_RATE, n_mfcc=coefficients, n_mels=bands)
    actual = MFCC(MFCCConfig(coefficients, bands))(signal)
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-2)


def test_signals_are_described_one_by_one():
    mfcc = MFCC(MFCCConfig())
    signal = noise(3, 2, 5000) * torch.tensor([1.0, 1e-4]).unsqueeze(-1)
    described = mfcc(signal)
    assert described.shape == (3, 2, 20, 10)
    torch.testing.assert_close(described[2, 1], mfcc(signal[2, 1]))


def test_a_gain_changes_the_first_coefficient_alone():
    mfcc = MFCC(MFCCConfig())
    signal = noise(20_000)
    change = mfcc(signal * 10) - mfcc(signal)
    torch.testing.assert_close(change[0], torch.full_like(change[0], 20 * 128**0.5))
    assert change[1:].abs().max() < 1e-9


def test_gradients_are_right():
    mfcc = MFCC(MFCCConfig(4, 6, STFTConfig(16, 4), 8000))
    assert torch.autograd.gradcheck(mfcc, (noise(40).requires_grad_(),))


def test_impossible_settings_are_refused():
    with pytest.raises(ValueError, match="from 1 to the number of bands, 8. Got 9."):
        MFCCConfig(9, 8)
    with pytest.raises(ValueError, match="sample_rate must be at least 1. Got 0."):
        MFCCConfig(sample_rate=0)
    with pytest.raises(ValueError, match="range_db must be above 0. Got 0.0."):
        MFCCConfig(range_db=0.0)
