"""Resampling: pitch, exact lengths, and blocks against the whole."""

import math

import pytest
import torch

from audio import fit_length, resample
from audio.resampling import resample_blocks


def tone(rate, seconds=1.0, frequency_hz=440.0):
    time = torch.arange(round(rate * seconds)) / rate
    return torch.sin(2 * math.pi * frequency_hz * time).repeat(2, 1)


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_099, 48_000, 96_000])
def test_a_tone_stays_the_same_tone_at_another_rate(rate):
    converted = resample(tone(rate), rate, 44_100)
    expected = tone(44_100)
    middle = slice(2_000, 42_000)
    assert converted.shape == expected.shape
    assert (converted - expected)[:, middle].abs().max() < 1e-3


@pytest.mark.parametrize("samples", [1, 2, 100, 44_101])
@pytest.mark.parametrize("rate", [8_000, 48_000, 96_000])
def test_there_and_back_keeps_the_exact_length(rate, samples):
    sound = torch.rand(2, samples, generator=torch.Generator().manual_seed(0))
    there = resample(sound, rate, 44_100)
    assert resample(there, 44_100, rate, length=samples).shape == (2, samples)


def test_equal_rates_change_nothing():
    sound = torch.rand(2, 100)
    assert torch.equal(resample(sound, 44_100, 44_100), sound)


def test_the_input_is_not_modified():
    sound = tone(48_000)
    before = sound.clone()
    resample(sound, 48_000, 44_100)
    assert torch.equal(sound, before)


def test_fitting_pads_with_zeros_or_cuts_the_end():
    sound = torch.ones(2, 5)
    assert torch.equal(fit_length(sound, 7), torch.tensor([[1.0] * 5 + [0, 0]] * 2))
    assert torch.equal(fit_length(sound, 3), torch.ones(2, 3))


@pytest.mark.parametrize("block", [1, 999, 4096])
@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_blocks_give_the_same_as_the_whole(rate, block):
    sound = torch.rand(2, 10_007, generator=torch.Generator().manual_seed(0))
    whole = resample(sound, rate, 44_100)
    pieces = list(resample_blocks(sound.split(block, dim=-1), rate, 44_100, whole.shape[-1]))
    assert torch.equal(torch.cat(pieces, dim=-1), whole)


@pytest.mark.parametrize("length", [0, 1, 44_100])
def test_blocks_are_cut_or_filled_up_to_the_length(length):
    sound = torch.rand(2, 1000, generator=torch.Generator().manual_seed(0))
    pieces = list(resample_blocks([sound, sound], 48_000, 44_100, length))
    assert sum(piece.shape[-1] for piece in pieces) == length
