"""The complex ratio mask is perfect where its parts stay within their bound."""

import torch

from oracles.complex_ratio_mask import complex_ratio_mask
from tests.oracles.cases import coefficients


def test_the_mask_times_the_mixture_is_the_source_within_the_bound():
    sources, mixture = coefficients(frames=2000)
    masks = complex_ratio_mask(sources, mixture)
    assert max(masks.real.abs().max(), masks.imag.abs().max()) == 10
    within = (sources / mixture).abs() < 10
    assert 0.9 < within.float().mean() < 1
    torch.testing.assert_close((masks * mixture)[within], sources[within], rtol=1e-4, atol=1e-5)


def test_silence_in_a_mixture_gives_a_mask_of_0():
    silence = torch.zeros(2, 1, 1, 3, dtype=torch.complex64)
    assert torch.equal(complex_ratio_mask(silence, silence[0]), silence)
