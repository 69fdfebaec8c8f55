"""The forms of sliCQ coefficients, which must agree where they hold the same."""

from __future__ import annotations

import pytest
import torch

from tests.transforms.signals import noise
from transforms import MatrixSliCQ, SliCQ, SliCQConfig
from transforms.frequency_scales import MelScale
from transforms.slicq_forms import overlap_added, padded_with_zeros, without_padding

CONFIG = SliCQConfig(MelScale(300.0, 20000.0, 24), slice_samples=480, transition_samples=120)
SLICQ = SliCQ(CONFIG)
SIGNAL = noise(2, 2000)
BLOCKS = SLICQ(SIGNAL)


def test_the_matrix_form_is_each_band_interpolated_in_time():
    matrix = MatrixSliCQ(CONFIG)(SIGNAL)
    longest = max(block.length for block in SLICQ.blocks)
    ends = torch.tensor([block.bands for block in SLICQ.blocks]).cumsum(0).tolist()
    compared = 0
    for block, end in zip(BLOCKS, ends, strict=True):
        rows = matrix[:, end - block.shape[-3] : end]
        length = block.shape[-1]
        # As much energy, since an interpolated row has more values of less size.
        torch.testing.assert_close(rows.abs().square().sum(-1) * longest, block.abs().square().sum(-1) * length)
        if longest % length == 0:
            torch.testing.assert_close(rows[..., :: longest // length] * (longest / length), block)
            compared += 1
    assert matrix.shape == (2, 26, SLICQ.slices(2000), longest)
    assert compared >= 2


def test_padding_with_zeros_holds_the_blocks_and_is_undone():
    padded = padded_with_zeros(BLOCKS)
    assert padded.shape == (2, 26, SLICQ.slices(2000), max(block.length for block in SLICQ.blocks))
    assert padded.count_nonzero() == sum(block.count_nonzero() for block in BLOCKS)
    assert all(torch.equal(*pair) for pair in zip(without_padding(padded, SLICQ.blocks), BLOCKS, strict=True))


def test_slices_are_added_where_they_overlap():
    block = noise(2, 3, 5, 8)
    expected = torch.zeros(2, 3, 24, dtype=torch.float64)
    for number in range(5):
        expected[..., 4 * number : 4 * number + 8] += block[..., number, :]
    torch.testing.assert_close(overlap_added(block), expected)


def test_an_overlap_added_spectrogram_of_steady_noise_is_steady():
    spectrogram = overlap_added(BLOCKS[-2].abs())
    inner = spectrogram[..., spectrogram.shape[-1] // 4 : -spectrogram.shape[-1] // 4]
    assert inner.std() < 0.7 * inner.mean()


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"Padded coefficients must have the shape \(..., 26 bands, slices, \d+\)"):
        without_padding(torch.zeros(2, 25, 3, 8), SLICQ.blocks)
    with pytest.raises(ValueError, match="must have an even length. Got 7"):
        overlap_added(torch.zeros(1, 3, 7))
