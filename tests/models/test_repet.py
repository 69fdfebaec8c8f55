"""REPET: the true period is found, and the median over the periods leaves what is heard once."""

import numpy as np
import pytest
import torch

from models.errors import SettingsError
from models.registry import BuildOptions, model_entry
from models.repet import RepetSettings, beat_spectrum, build, repeating_model, repeating_period, voice_mask
from tests.models.repeating_songs import LOOP_FRAMES, repeating_song
from transforms.stft import STFT, STFTConfig


def _loops(frames, loops):
    loop = np.random.default_rng(0).uniform(size=(2, 5, frames)).astype(np.float32)
    return np.tile(loop, loops)


def test_the_beat_spectrum_is_the_mean_autocorrelation_of_the_power():
    magnitude = np.random.default_rng(1).uniform(size=(2, 5, 30))
    power = (magnitude**2).mean(axis=0)
    literal = np.array([np.mean(power[:, : 30 - lag] * power[:, lag:]) for lag in range(30)])
    np.testing.assert_allclose(beat_spectrum(magnitude), literal / literal[0], rtol=1e-9)


@pytest.mark.parametrize("period", [7, 16, 23])
def test_the_period_of_a_loop_is_found_beside_its_multiples(period):
    noise = 0.2 * np.random.default_rng(2).uniform(size=(2, 5, 10 * period)).astype(np.float32)
    assert repeating_period(beat_spectrum(_loops(period, 10) + noise), 5, 60) == period


def test_the_period_of_a_song_is_found_under_its_voice():
    spectrum = STFT(STFTConfig())(sum(repeating_song()))
    assert repeating_period(beat_spectrum(spectrum.abs().numpy()), 34, 344) == LOOP_FRAMES


def test_a_period_that_does_not_fit_three_times_is_not_looked_for_and_all_is_accompaniment():
    magnitude = _loops(20, 2)
    assert repeating_period(beat_spectrum(magnitude), 11, 60) is None
    assert not voice_mask(magnitude, RepetSettings(shortest_period_seconds=0.3)).any()


def _literal_period(spectrum, shortest, longest):
    """Run algorithm 1 as it is printed, lags counted from 1."""
    lags = {lag: spectrum[lag] for lag in range(1, int(0.75 * len(spectrum)) + 1)}
    heights = {}
    for period in range(shortest, min(longest, len(lags) // 3) + 1):
        height = 0.0
        for multiple in range(period, len(lags) + 1, period):
            reach = range(max(1, multiple - 3 * period // 4), min(len(lags), multiple + 3 * period // 4) + 1)
            peak = max(reach, key=lags.__getitem__)
            if abs(peak - multiple) <= 2:
                height += lags[peak] - sum(lags[lag] for lag in reach) / len(reach)
        heights[period] = height / (len(lags) // period)
    return max(heights, key=heights.__getitem__)


def test_the_period_is_that_of_the_literal_algorithm():
    rng = np.random.default_rng(5)
    for _ in range(10):
        spectrum = np.cumsum(rng.standard_normal(120)) + rng.uniform(0, 4) * np.cos(
            np.arange(120) * rng.uniform(0.2, 1)
        )
        assert repeating_period(spectrum, 4, 40) == _literal_period(spectrum, 4, 40)


@pytest.mark.parametrize("frames", [20, 25, 29, 40])
def test_the_model_is_the_median_of_all_frames_a_period_apart(frames):
    magnitude = np.random.default_rng(3).uniform(size=(2, 4, frames)).astype(np.float32)
    literal = np.stack([np.median(magnitude[..., frame % 10 :: 10], axis=-1) for frame in range(frames)], axis=-1)
    np.testing.assert_array_equal(repeating_model(magnitude, 10), literal)


def test_what_is_added_to_one_loop_is_the_voice_and_nothing_else():
    magnitude = _loops(40, 5)
    magnitude[:, 2, 90] += 3.0
    mask = voice_mask(magnitude, RepetSettings(voice_lowest_hz=0.0))
    added = np.zeros_like(magnitude)
    added[:, 2, 90] = 3.0
    np.testing.assert_allclose(mask * magnitude, added, atol=1e-5)


def test_silence_has_no_voice():
    assert not voice_mask(torch.zeros(2, 5, 200).numpy(), RepetSettings()).any()


def test_a_range_of_periods_must_hold_one():
    settings = {"shortest_period_seconds": 9.0}
    message = "'shortest_period_seconds' must be at most 'longest_period_seconds', 8.0. Got 9.0.$"
    with pytest.raises(SettingsError, match=message):
        build(model_entry("repet"), BuildOptions(torch.device("cpu"), settings=settings))
