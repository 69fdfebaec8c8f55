"""Bands sum to the sound, stay in step with it, and do not depend on how it comes."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import oaconvolve

from audio import SAMPLE_RATE
from separation.band_filter import BlockFilter, band_kernel, split_bands
from tests.separation.blend_separators import noise

EDGES_HZ = (250.0, 4000.0)


def filtered(samples, weights, lengths=()):
    """Filter a sound that comes in blocks of these lengths, the rest as one."""
    lengths = [*lengths, samples.shape[-1] - sum(lengths)]
    band_filter = BlockFilter(band_kernel(weights, EDGES_HZ, SAMPLE_RATE))
    parts = [band_filter.push(block) for block in samples.split(lengths, dim=-1)]
    return torch.cat([*parts, band_filter.finish()], dim=-1)


@pytest.mark.parametrize("samples", [1, 500, 65_536, 150_001])
def test_bands_sum_to_the_sound_sample_by_sample(samples):
    sound = noise(samples)
    bands = split_bands(sound, EDGES_HZ, SAMPLE_RATE)
    assert [band.shape for band in bands] == [sound.shape] * 3
    torch.testing.assert_close(torch.stack(bands).sum(dim=0), sound, rtol=0, atol=1e-6)
    assert split_bands(sound, (), SAMPLE_RATE)[0] is sound


@pytest.mark.parametrize(("frequency_hz", "band"), [(80, 0), (180, 0), (350, 1), (3900, 1), (4100, 2), (15_000, 2)])
def test_a_tone_is_in_its_band_alone(frequency_hz, band):
    tone = torch.sin(torch.arange(SAMPLE_RATE) * (2 * torch.pi * frequency_hz / SAMPLE_RATE)).expand(2, -1)
    middle = slice(5000, -5000)
    for place, part in enumerate(split_bands(tone, EDGES_HZ, SAMPLE_RATE)):
        expected = tone if place == band else torch.zeros_like(tone)
        torch.testing.assert_close(part[:, middle], expected[:, middle], rtol=0, atol=5e-3)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(0, 60_000), max_size=5))
def test_blocks_of_any_lengths_give_the_same_samples_as_the_whole(lengths):
    sound, weights = noise(300_000), (0.2, -0.5, 0.9)
    assert torch.equal(filtered(sound, weights, lengths), filtered(sound, weights))


def test_weighted_bands_are_a_convolution_without_delay():
    sound, weights = noise(100_000), (0.2, -0.5, 0.9)
    kernel = band_kernel(weights, EDGES_HZ, SAMPLE_RATE).numpy()
    assert kernel == pytest.approx(kernel[::-1], abs=1e-15)
    expected = oaconvolve(sound.double().numpy(), kernel[None], mode="full", axes=-1)
    half = len(kernel) // 2
    torch.testing.assert_close(
        filtered(sound, weights), torch.from_numpy(expected[:, half:-half]).float(), rtol=0, atol=1e-6
    )


def test_a_kernel_of_equal_weights_is_their_factor_and_nothing_else():
    kernel = band_kernel((0.3, 0.3, 0.3), EDGES_HZ, SAMPLE_RATE)
    assert kernel.nonzero().tolist() == [[len(kernel) // 2]]
    assert kernel.sum() == 0.3


def test_the_lowest_edge_that_a_plan_may_have_is_filtered_too():
    low, high = split_bands(noise(44_100), (20.0,), SAMPLE_RATE)
    torch.testing.assert_close(low + high, noise(44_100), rtol=0, atol=1e-6)
