"""Coefficients and synthesis equal those of the package nsgt, where that is installed."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from benchmarks.nsgt_package import WHY_SKIPPED, sliced_transform, whole_transform
from tests.transforms.signals import noise
from transforms import NSGT, MatrixSliCQ, NSGTConfig, SliCQ, SliCQConfig
from transforms.frequency_scales import BarkScale, MelScale, VariableQScale, octave_scale

pytest.importorskip("nsgt", reason=WHY_SKIPPED)

CONFIGS = [
    SliCQConfig(),
    SliCQConfig.with_suggested_slices(MelScale(60.0, 20000.0, 80)),
    SliCQConfig.with_suggested_slices(VariableQScale(40.0, 16000.0, 60, 25.0)),
    SliCQConfig.with_suggested_slices(octave_scale(200.0, 8000.0, 6), 16000),
]


def bands(blocks):
    return [band for block in blocks for band in block.unbind(-3)]


@pytest.mark.parametrize("config", CONFIGS)
def test_sliced_coefficients_and_synthesis_are_those_of_the_package(config):
    signal = noise(2, 3 * config.slice_samples + 11)
    package = sliced_transform(config)
    slices = list(package.forward((signal.numpy(),)))
    slicq = SliCQ(config)
    for number, band in enumerate(bands(slicq(signal))):
        expected = np.stack([[channel[number] for channel in of_slice] for of_slice in slices], axis=1)
        np.testing.assert_allclose(band, expected, rtol=0, atol=1e-10)
    # Real parts alone are no signal's coefficients; the package takes its precision from them, hence the sum.
    masked = [[[values.real + 0j for values in channel] for channel in of_slice] for of_slice in slices]
    expected = np.concatenate([np.asarray(part) for part in package.backward(masked)], axis=1)[:, : signal.shape[1]]
    blocks = [block.real.to(torch.complex128) for block in slicq(signal)]
    np.testing.assert_allclose(slicq.inverse(blocks, signal.shape[1]), expected, rtol=0, atol=1e-10)


def test_the_matrix_form_is_that_of_the_package():
    config = CONFIGS[1]
    signal = noise(2, 20_000)
    slices = list(sliced_transform(config, matrix=True).forward((signal.numpy(),)))
    expected = np.asarray(slices).transpose(1, 2, 0, 3)
    np.testing.assert_allclose(MatrixSliCQ(config)(signal), expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize("scale", [BarkScale(50.0, 20000.0, 90), octave_scale(100.0, 20000.0, 12)])
def test_coefficients_of_whole_signals_are_those_of_the_package(scale):
    signal = noise(30_000)
    config = NSGTConfig(scale)
    expected = whole_transform(config, 30_000).forward(signal.numpy())
    actual = [band for block in NSGT(config)(signal) for band in block]
    assert len(actual) == len(expected)
    for band, reference in zip(actual, expected, strict=True):
        np.testing.assert_allclose(band, reference, rtol=0, atol=1e-10)
