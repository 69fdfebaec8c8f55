"""The mel bands equal librosa's."""

import numpy as np
import pytest
from librosa.filters import mel

from audio import SAMPLE_RATE
from transforms.mel import mel_bands


@pytest.mark.parametrize("window_samples", [2048, 4096])
def test_mel_bands_are_those_of_librosa(window_samples):
    expected = mel(sr=SAMPLE_RATE, n_fft=window_samples, n_mels=128)
    bands = mel_bands(SAMPLE_RATE, window_samples, 128)
    assert bands.dtype == expected.dtype
    assert np.abs(bands - expected).max() < 1e-6 * expected.max()
