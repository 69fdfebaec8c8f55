"""Mu-law companding and its levels."""

import math

import pytest
import torch

from transforms.mu_law import compress, decode, encode, expand

SIGNAL = torch.linspace(-1, 1, 20_001, dtype=torch.float64)


@pytest.mark.parametrize("classes", [2, 16, 256, 1024])
def test_expanding_undoes_compressing(classes):
    torch.testing.assert_close(expand(compress(SIGNAL, classes), classes), SIGNAL, rtol=0, atol=1e-12)


def test_the_curve_is_the_formula():
    for value in (-1.0, -0.3, -1e-4, 0.0, 1e-3, 0.5, 1.0):
        expected = math.copysign(math.log(1 + 255 * abs(value)) / math.log(256), value)
        assert float(compress(torch.tensor(value, dtype=torch.float64))) == pytest.approx(expected, abs=1e-15)


def test_every_level_is_its_own_nearest():
    levels = torch.arange(256)
    assert torch.equal(encode(decode(levels)), levels)


def test_levels_run_from_full_scale_below_to_full_scale_above():
    assert encode(torch.tensor([-1.0, 1.0])).tolist() == [0, 255]
    assert decode(torch.tensor([0, 255])).tolist() == pytest.approx([-1.0, 1.0])


def test_the_levels_are_torchaudios():
    functional = pytest.importorskip("torchaudio.functional")
    signal = SIGNAL.float()
    assert torch.equal(encode(signal), functional.mu_law_encoding(signal, 256))
    levels = torch.arange(256)
    torch.testing.assert_close(decode(levels), functional.mu_law_decoding(levels, 256))


def test_soft_sounds_lose_least():
    for level, largest_error in ((1.0, 0.03), (0.1, 0.004), (0.01, 0.0005)):
        error = (decode(encode(level * SIGNAL), dtype=torch.float64) - level * SIGNAL).abs().max()
        assert float(error) < largest_error


def test_what_lies_beyond_full_scale_is_cut():
    assert encode(torch.tensor([-7.0, 7.0])).tolist() == [0, 255]


def test_the_signal_is_not_modified_and_compressing_is_differentiable():
    signal = torch.tensor([-0.5, 0.2, 0.7], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(compress, (signal,))
    given = signal.detach().clone()
    compress(signal)
    assert torch.equal(signal.detach(), given)


def test_a_single_level_is_refused():
    with pytest.raises(ValueError, match="at least 2. Got 1"):
        encode(SIGNAL, 1)
