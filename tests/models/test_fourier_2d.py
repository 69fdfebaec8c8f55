"""2DFT: a periodic pattern is peaks and a lone event is not."""

import numpy as np
import pytest
import torch

from models.errors import SettingsError
from models.fourier_2d import Fourier2dSettings, background_and_foreground, periodic_peaks, voice_mask
from models.registry import BuildOptions, build_model


def test_peaks_are_the_maxima_of_a_neighbourhood_that_rise_by_more_than_the_deviation():
    transformed = np.random.default_rng(0).uniform(size=(6, 40)) ** 4
    peaks = periodic_peaks(transformed, 5)
    around = np.stack([np.roll(transformed, shift, axis=1) for shift in range(-2, 3)])
    rise = around.max(axis=0) - around.min(axis=0)
    np.testing.assert_array_equal(peaks, (transformed == around.max(axis=0)) & (rise > transformed.std()))
    assert 0 < peaks.sum() < 50


def test_a_neighbourhood_has_a_middle_and_reaches_over_all_rates_at_most():
    with pytest.raises(SettingsError, match=r"The key 'neighbourhood_rates' must be an odd number\. Got 24\."):
        build_model("2dft", BuildOptions(torch.device("cpu"), settings={"neighbourhood_rates": 24}))
    transformed = np.random.default_rng(1).uniform(size=(6, 40))
    highest_of_each = transformed == transformed.max(axis=-1, keepdims=True)
    np.testing.assert_array_equal(periodic_peaks(transformed, 10**9 + 1), highest_of_each)


def test_a_beat_is_background_and_what_is_added_once_is_foreground():
    pattern = np.zeros((30, 192), np.float32)
    pattern[:, ::16] = 1.0
    background, _ = background_and_foreground(pattern, 9)
    np.testing.assert_allclose(background, pattern, atol=1e-5)
    sung = pattern.copy()
    sung[10, 80:90] += 5.0
    magnitude = np.stack([sung, pattern])
    mask = voice_mask(magnitude, Fourier2dSettings(neighbourhood_rates=9, voice_lowest_hz=0.0))
    assert mask[0, 10, 80:90].min() == 1.0
    assert np.sum((mask[0] * sung)[:, ::16]) == 6.0
    assert not (mask[1] * pattern).any()
