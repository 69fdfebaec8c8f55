"""Mix-phase inversion keeps magnitudes and takes the phase, of the mixture or of the stems' sum."""

import torch

from oracles.mixture_phase import with_mixture_phase, with_sum_phase
from tests.oracles.cases import coefficients


def test_magnitudes_are_the_stems_and_phases_the_mixtures():
    sources, mixture = coefficients()
    estimates = with_mixture_phase(sources, 3 * mixture)
    torch.testing.assert_close(estimates.abs(), sources.abs())
    turned = estimates / sources.abs() - mixture / mixture.abs()
    assert turned.abs().max() < 1e-5


def test_the_published_phase_is_that_of_the_sum_whatever_the_mixture():
    sources, mixture = coefficients()
    found = with_sum_phase(sources, torch.randn_like(mixture))
    torch.testing.assert_close(found, with_mixture_phase(sources, mixture), rtol=0, atol=1e-5)
