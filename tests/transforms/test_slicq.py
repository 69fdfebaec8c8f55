"""The sliCQ: its definition, perfect reconstruction with any scale, its symmetries, gradients."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as draws

from benchmarks.literal_slicq import LiteralSliCQ
from tests.transforms.signals import noise, scaled_like, scales
from transforms import MatrixSliCQ, SliCQ, SliCQConfig
from transforms.frequency_scales import BarkScale, ConstantQScale, MelScale

SMALL = SliCQConfig(BarkScale(600.0, 22050.0, 12), slice_samples=240, transition_samples=58)
TINY = SliCQConfig(BarkScale(3000.0, 22050.0, 4), slice_samples=48, transition_samples=10, shortest_window_bins=8)


@settings(max_examples=40, deadline=None)
@given(
    scale=scales(),
    quarter=draws.integers(60, 600),
    transition=draws.floats(0, 0.99),
    samples=draws.integers(1, 4000),
    form=draws.sampled_from([SliCQ, MatrixSliCQ]),
)
def test_the_inverse_restores_any_signal_with_any_scale_and_slices(scale, quarter, transition, samples, form):
    transform = form(SliCQConfig(scale, 4 * quarter, 2 * int(transition * quarter)))
    signal = noise(2, samples)
    assert (transform.inverse(transform(signal), samples) - signal).abs().max() < 1e-11


def test_the_published_setting_restores_both_precisions_to_within_its_aims():
    slicq = SliCQ(SliCQConfig())
    signal = noise(2, 66150).div(4).clamp(-1, 1)
    for dtype, aim in ((torch.float32, 2e-6), (torch.float64, 1e-12)):
        restored = slicq.inverse(slicq(signal.to(dtype)), 66150)
        assert restored.dtype == dtype
        assert (restored - signal.to(dtype)).abs().max() < aim


@pytest.mark.parametrize("config", [SliCQConfig(), SMALL, SliCQConfig(MelScale(100.0, 9000.0, 20), 2048, 512)])
def test_coefficients_and_synthesis_are_those_of_the_papers_steps_one_by_one(config):
    samples = config.slice_samples * 2 + 77
    signal = noise(samples)
    slicq, literal = SliCQ(config), LiteralSliCQ(config)
    coefficients = slicq(signal)
    slices = literal.forward(signal.numpy())
    bands = (band for block in coefficients for band in block)
    for number, band in enumerate(bands):
        np.testing.assert_allclose(band, np.stack([of_slice[number] for of_slice in slices]), atol=1e-12)
    masked = scaled_like(coefficients)
    masked_slices = [
        [band[number].numpy() for block in masked for band in block] for number in range(slicq.slices(samples))
    ]
    np.testing.assert_allclose(slicq.inverse(masked, samples), literal.inverse(masked_slices, samples), atol=1e-12)


def test_the_published_setting_has_70_blocks_and_18640_coefficients_in_a_slice():
    slicq = SliCQ(SliCQConfig())
    assert len(slicq.blocks) == 70
    assert sum(block.bands * block.length for block in slicq.blocks) == 18_640
    assert slicq.slices(30 * 44100) == 148
    coefficients = slicq(torch.zeros(3, 2, 10_000))
    assert [block.shape for block in coefficients] == [(3, 2, block.bands, 3, block.length) for block in slicq.blocks]


@pytest.mark.parametrize(
    ("scale", "slice_samples", "transition_samples"),
    [
        (BarkScale(32.9, 22050.0, 262), 18_060, 4_516),
        (MelScale(32.9, 22050.0, 262), 18_288, 4_572),
        (ConstantQScale(32.9, 22050.0, 262), 215_040, 53_760),
        (BarkScale(20.0, 22050.0, 84), 5_720, 1_430),
    ],
)
def test_the_suggested_slices_are_those_of_the_published_transform(scale, slice_samples, transition_samples):
    config = SliCQConfig.with_suggested_slices(scale)
    assert (config.slice_samples, config.transition_samples) == (slice_samples, transition_samples)


def test_the_transform_is_linear():
    slicq = SliCQ(SMALL)
    one, other = noise(999, seed=1), noise(999, seed=2)
    mixed = slicq(2 * one - 3 * other)
    torch.testing.assert_close(mixed, [2 * a - 3 * b for a, b in zip(slicq(one), slicq(other), strict=True)])


def test_a_signal_delayed_by_half_a_slice_has_its_coefficients_one_slice_later():
    slicq = SliCQ(SMALL)
    signal = noise(1000)
    delayed = slicq(torch.nn.functional.pad(signal, (120, 0)))
    for late, early in zip(delayed, slicq(signal), strict=True):
        torch.testing.assert_close(late[:, 1 : early.shape[1] + 1], early)
        assert late[:, 0].abs().max() < 1e-12


def test_a_tone_is_loudest_in_its_band():
    scale = BarkScale(32.9, 22050.0, 262)
    tone = torch.sin(2 * torch.pi * scale.centres_hz()[100] * torch.arange(44100, dtype=torch.float64) / 44100)
    energies = torch.cat([block.abs().square().mean(dim=(-1, -2)) for block in SliCQ(SliCQConfig())(tone)])
    assert energies.argmax() == 101


def test_leading_dimensions_are_kept_and_transformed_one_by_one():
    slicq = SliCQ(SMALL)
    signal = noise(2, 3, 1, 700)
    coefficients = slicq(signal)
    for block, alone in zip(coefficients, slicq(signal[1, 2, 0]), strict=True):
        torch.testing.assert_close(block[1, 2, 0], alone)
    torch.testing.assert_close(slicq.inverse(coefficients, 700), signal)


def test_gradients_are_right_both_ways_and_twice():
    slicq = SliCQ(TINY)
    signal = noise(40).requires_grad_()
    blocks = tuple(block.detach().requires_grad_() for block in slicq(signal))
    assert torch.autograd.gradcheck(lambda values: tuple(slicq(values)), (signal,))
    assert torch.autograd.gradcheck(lambda *values: slicq.inverse(values, 40), blocks)
    assert torch.autograd.gradgradcheck(lambda values: slicq(values)[1].abs().square(), (signal,), fast_mode=True)
    assert torch.autograd.gradgradcheck(lambda *values: slicq.inverse(values, 40).square(), blocks, fast_mode=True)


def test_gradients_of_the_matrix_form_are_right_both_ways():
    matrix = MatrixSliCQ(TINY)
    signal = noise(40).requires_grad_()
    coefficients = matrix(signal).detach().requires_grad_()
    assert torch.autograd.gradcheck(matrix, (signal,), fast_mode=True)
    assert torch.autograd.gradcheck(lambda values: matrix.inverse(values, 40), (coefficients,), fast_mode=True)


def test_neither_direction_changes_its_input():
    slicq = SliCQ(SMALL)
    signal = noise(2, 500)
    before = signal.clone()
    coefficients = slicq(signal)
    kept = [block.clone() for block in coefficients]
    slicq.inverse(coefficients, 500)
    assert torch.equal(signal, before)
    assert all(torch.equal(*pair) for pair in zip(coefficients, kept, strict=True))


def test_it_has_no_state_and_its_copy_gives_the_same():
    slicq = SliCQ(SMALL)
    signal = noise(500)
    coefficients = slicq(signal)
    assert slicq.state_dict() == {}
    assert all(torch.equal(*pair) for pair in zip(copy.deepcopy(slicq)(signal), coefficients, strict=True))


def test_a_transform_first_used_in_inference_mode_can_be_trained_through():
    slicq = SliCQ(SMALL)
    with torch.inference_mode():
        slicq.inverse(slicq(noise(500)), 500)
    signal = noise(500).requires_grad_()
    slicq.inverse(slicq(signal), 500).square().sum().backward()
    torch.testing.assert_close(signal.grad, 2 * signal.detach())


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_gives_the_result_of_the_cpu():
    slicq = SliCQ(SliCQConfig())
    signal = noise(2, 30001, dtype=torch.float32)
    coefficients = slicq(signal.cuda())
    for there, here in zip(coefficients, slicq(signal), strict=True):
        torch.testing.assert_close(there.cpu(), here, rtol=1e-4, atol=1e-3)
    torch.testing.assert_close(slicq.inverse(coefficients, 30001).cpu(), signal, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"slice_samples": 18062}, "slice_samples must be a multiple of 4 and at least 8. Got 18062."),
        ({"transition_samples": 4515}, "even, 0 or more and less than half a slice, 9030. Got 4515."),
        ({"transition_samples": 9030}, "less than half a slice, 9030. Got 9030."),
        ({"shortest_window_bins": 6}, "shortest_window_bins must be a multiple of 4 and at least 4. Got 6."),
        ({"sample_rate": 0}, "sample_rate must be at least 1. Got 0."),
    ],
)
def test_an_impossible_configuration_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        SliCQConfig(**changes)


def test_what_is_no_signal_and_coefficients_of_another_length_are_refused():
    slicq = SliCQ(SMALL)
    with pytest.raises(ValueError, match="A signal must be float32 or float64"):
        slicq(torch.zeros(9).half())
    coefficients = slicq(noise(500))
    with pytest.raises(ValueError, match=r"Block 0 of the coefficients of a signal of 900 samples must be complex of"):
        slicq.inverse(coefficients, 900)
    with pytest.raises(ValueError, match=r"complex of shape \(..., \d+, \d+, \d+\), not empty.* Got torch.float64"):
        slicq.inverse([block.abs() for block in coefficients], 500)
    with pytest.raises(ValueError, match=r"must be \d+ tensors. Got 1."):
        slicq.inverse(coefficients[:1], 500)
    with pytest.raises(ValueError, match="must have 1 sample or more. Got a length of 0"):
        slicq.inverse(coefficients, 0)
