"""The NSGT of whole signals: perfect reconstruction, forms, gradients."""

from __future__ import annotations

import gc
import pickle
import weakref

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as draws

from tests.transforms.signals import noise, scales
from transforms import NSGT, MatrixNSGT, NSGTConfig
from transforms import nsgt as nsgt_module
from transforms.frequency_scales import BarkScale, ConstantQScale

SMALL = NSGTConfig(BarkScale(1000.0, 22050.0, 10))


@settings(max_examples=40, deadline=None)
@given(scale=scales(lowest_max_hz=8000.0), samples=draws.integers(1, 5000), form=draws.sampled_from([NSGT, MatrixNSGT]))
def test_the_inverse_restores_any_signal_with_any_scale_that_is_not_refused(scale, samples, form):
    transform = form(NSGTConfig(scale))
    signal = noise(2, samples)
    try:
        coefficients = transform(signal)
    except ValueError as refusal:
        assume("must overlap at every frequency" not in str(refusal))
        raise
    assert (transform.inverse(coefficients, samples) - signal).abs().max() < 1e-11


def test_single_precision_restores_a_signal_to_two_millionths_of_full_scale():
    nsgt = NSGT(NSGTConfig())
    signal = noise(2, 44101, dtype=torch.float32).div(4).clamp(-1, 1)
    restored = nsgt.inverse(nsgt(signal), 44101)
    assert restored.dtype == torch.float32
    assert (restored - signal).abs().max() < 2e-6


def test_a_band_is_the_windowed_spectrum_transformed_back():
    signal = noise(3000)
    spectrum = torch.fft.fft(signal)
    scale = ConstantQScale(100.0, 20000.0, 40)
    blocks = NSGT(NSGTConfig(scale))(signal)
    bands = [band for block in blocks for band in block]
    hz = scale.centres_hz()
    length = round((hz[31] - hz[29]) * 3000 / 44100)
    offsets = torch.arange(length) - length // 2
    window = 0.5 + 0.5 * torch.cos(2 * torch.pi * offsets.double() / length)
    windowed = spectrum[round(hz[30] * 3000 / 44100) + offsets] * window
    expected = torch.fft.ifft(torch.fft.ifftshift(windowed))
    torch.testing.assert_close(bands[31], expected)


@pytest.mark.parametrize("form", [NSGT, MatrixNSGT])
def test_the_tables_of_one_length_are_kept_and_go_with_the_transform(form, monkeypatch):
    built = []

    class Counted(nsgt_module.BandTransform):
        def __init__(self, bands):
            super().__init__(bands)
            built.append(weakref.ref(self))

    def alive():
        gc.collect()
        return [reference() is not None for reference in built]

    monkeypatch.setattr(nsgt_module, "BandTransform", Counted)
    transform = form(SMALL)
    for samples in (1001, 1002, 1001):
        transform.inverse(transform(noise(samples)), samples)
    assert alive() == [True]
    transform(noise(2000))
    assert alive() == [False, True]
    copy = pickle.loads(pickle.dumps(transform))
    assert len(pickle.dumps(transform)) < 2000
    del transform
    assert alive() == [False, False]
    assert copy.inverse(copy(noise(300)), 300).shape == (300,)


def test_the_matrix_form_has_each_bands_energy():
    signal = noise(2, 1001)
    rows = MatrixNSGT(SMALL)(signal).abs().square()
    bands = [band for block in NSGT(SMALL)(signal) for band in block.abs().square().unbind(1)]
    assert rows.shape[1] == len(bands)
    for row, band in zip(rows.unbind(1), bands, strict=True):
        torch.testing.assert_close(row.sum(-1) * row.shape[-1], band.sum(-1) * band.shape[-1])


def test_a_signal_turned_by_a_whole_number_of_coefficients_has_them_turned():
    signal = noise(1200)
    matrix = MatrixNSGT(NSGTConfig(BarkScale(1000.0, 16000.0, 6)))
    coefficients = matrix(signal).abs()
    length = coefficients.shape[-1]
    step = next(steps for steps in range(1, length + 1) if steps * 1200 % length == 0)
    turned = matrix(signal.roll(step * 1200 // length)).abs()
    torch.testing.assert_close(turned, coefficients.roll(step, dims=-1))


@pytest.mark.parametrize("samples", [60, 61])
def test_gradients_are_right_both_ways(samples):
    nsgt = NSGT(NSGTConfig(BarkScale(3000.0, 22050.0, 4)))
    signal = noise(samples).requires_grad_()
    blocks = tuple(block.detach().requires_grad_() for block in nsgt(signal))
    assert torch.autograd.gradcheck(lambda values: tuple(nsgt(values)), (signal,))
    assert torch.autograd.gradcheck(lambda *values: nsgt.inverse(values, samples), blocks)


def test_blocks_tell_the_shapes_of_the_coefficients():
    nsgt = NSGT(SMALL)
    shapes = [tuple(block.shape) for block in nsgt(noise(3, 777))]
    assert shapes == [(3, block.bands, block.length) for block in nsgt.blocks(777)]


def test_a_scale_that_ends_far_below_half_the_sample_rate_is_refused():
    with pytest.raises(ValueError, match="gap at bin 9 of 2038. Take more bands, or a scale that reaches nearer"):
        NSGT(NSGTConfig(BarkScale(20.0, 160.0, 12)))(noise(2037))


def test_what_is_no_signal_and_coefficients_of_another_length_are_refused():
    nsgt = NSGT(SMALL)
    with pytest.raises(ValueError, match="A signal must be float32 or float64"):
        nsgt(torch.zeros(2, 0))
    with pytest.raises(ValueError, match=r"of a signal of 900 samples must be"):
        nsgt.inverse(nsgt(noise(500)), 900)
    with pytest.raises(ValueError, match="sample_rate must be at least 1. Got 0."):
        NSGTConfig(sample_rate=0)
