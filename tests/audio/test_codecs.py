"""Sounds come back from the codecs in their place, as long, as loud and as close as the bit rate allows."""

import numpy as np
import pytest
import torch

from audio.codecs import MP3, QUICK_AAC, QUICK_MP3, round_trip

CASES = [(MP3, 16_000), (MP3, 22_050), (MP3, 44_100), (MP3, 48_000), (QUICK_MP3, 44_100), (QUICK_AAC, 44_100)]


def soft_noise(samples, channels=2):
    """Noise without high frequencies, which every bit rate keeps."""
    noise = np.random.default_rng(3).standard_normal((channels, samples + 30)).astype(np.float32)
    return 0.2 * np.stack([np.convolve(row, np.full(31, 1 / 31, np.float32), "valid") for row in noise])


def distance_db(coded, sound):
    return 10 * np.log10(np.square(coded - sound).sum() / np.square(sound).sum())


@pytest.mark.parametrize(("how", "sample_rate"), CASES, ids=lambda value: getattr(value, "container", value))
@pytest.mark.parametrize(("samples", "channels"), [(1000, 1), (11_520, 2), (20_001, 2)])
def test_what_comes_back_lies_where_it_was_to_the_sample(how, sample_rate, samples, channels):
    sound = soft_noise(samples, channels)
    coded = round_trip(sound, sample_rate, 128, how)
    assert coded.shape == sound.shape
    assert coded.dtype == np.float32
    products = np.fft.rfft(coded[0], n=2 * samples) * np.fft.rfft(sound[0], n=2 * samples).conj()
    assert int(np.fft.irfft(products).argmax()) == 0
    assert distance_db(coded, sound) < -12.0


@pytest.mark.parametrize("how", [MP3, QUICK_MP3, QUICK_AAC], ids=lambda how: how.container)
def test_higher_bit_rates_come_closer(how):
    sound = np.random.default_rng(0).standard_normal((2, 20_000)).astype(np.float32)
    errors = [distance_db(round_trip(sound, 44_100, kilobits, how), sound) for kilobits in (48, 128, 256)]
    assert errors[0] > errors[1] > errors[2]


def test_samples_beyond_full_scale_are_not_clipped_and_the_input_is_left_alone():
    sound = 30.0 * soft_noise(20_000)
    before = sound.copy()
    assert np.abs(sound).max() > 2.0
    assert distance_db(round_trip(sound, 44_100, 320, MP3), sound) < -20.0
    np.testing.assert_array_equal(sound, before)


@pytest.mark.parametrize("seed", [0, 12])
def test_short_sounds_come_back_whatever_their_file_looks_like(seed):
    # The files of these two have been taken for video.
    sound = 0.1 * torch.randn(2, 1152, generator=torch.Generator().manual_seed(seed)).numpy()
    assert distance_db(round_trip(sound, 44_100, 256, MP3), sound) < -3.0
