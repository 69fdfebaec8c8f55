"""The phase-sensitive mask has the smallest error of all masks from 0 to 1, in every coefficient."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles.binary_masks import MajorityMask
from oracles.phase_sensitive_mask import phase_sensitive_mask
from oracles.ratio_masks import RatioMask
from tests.oracles.cases import coefficients


def test_it_is_the_projection_on_the_mixture_between_0_and_1():
    mixture = torch.tensor([[[2.0, 2, 2, 2, 0]]], dtype=torch.complex64)
    sources = torch.tensor([1 + 5j, -1, 4, 2j, 1]).reshape(1, 1, 1, 5)
    assert phase_sensitive_mask(sources, mixture).flatten().tolist() == [0.5, 0.0, 1.0, 0.0, 0.0]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_no_other_mask_from_0_to_1_errs_less(seed):
    sources, mixture = coefficients(seed=seed)
    best = (sources - phase_sensitive_mask(sources, mixture) * mixture).abs()
    others = [RatioMask(1), RatioMask(2), MajorityMask(1), MajorityMask(2)]
    guess = torch.rand(sources.shape, generator=torch.Generator().manual_seed(seed))
    for masks in (*(other(sources, mixture) for other in others), guess):
        assert (best <= (sources - masks * mixture).abs() + 1e-6).all()
