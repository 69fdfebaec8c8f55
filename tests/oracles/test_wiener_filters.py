"""Both multichannel Wiener filters follow their definitions, and are IRM2 where places tell nothing."""

import numpy as np
import pytest
import torch

from oracles.even_wiener_filter import FLOAT64_EPS, EvenWienerFilter, of_first_bins, per_frequency
from oracles.masking import Masked
from oracles.ratio_masks import RatioMask
from oracles.wiener_filter import wiener_filter
from tests.oracles.cases import coefficients, defined_filter

FILTERS = [wiener_filter, EvenWienerFilter(per_frequency), EvenWienerFilter(of_first_bins, FLOAT64_EPS)]


def test_covariances_weighted_by_power_are_as_defined():
    sources, mixture = (values.to(torch.complex128) for values in coefficients())
    true = sources.numpy()
    powers = (np.abs(true) ** 2).mean(axis=1)
    covariances = np.einsum("jcft,jdft->jfcd", true, true.conj()) / powers.sum(axis=-1)[..., None, None]
    expected = defined_filter(true, mixture.numpy(), covariances, powers)
    np.testing.assert_allclose(wiener_filter(sources, mixture).numpy(), expected, atol=1e-12)


@pytest.mark.parametrize("published", [False, True])
def test_covariances_of_even_frames_are_as_defined_and_as_published(published):
    sources, mixture = (values.to(torch.complex128) for values in coefficients())
    true = sources.numpy()
    powers = (np.abs(true) ** 2).mean(axis=1)
    covariances = np.einsum("jcft,jdft,jft->jfcd", true, true.conj(), 1 / powers) / true.shape[-1]
    for one in covariances:
        one *= 2 / (np.trace(one) if published else np.trace(one, axis1=1, axis2=2)[:, None, None])
    refined = np.einsum("jfcd,jdft,jcft->jft", np.linalg.inv(covariances), true, true.conj()).real / 2
    expected = defined_filter(true, mixture.numpy(), covariances, refined)
    found = EvenWienerFilter(of_first_bins if published else per_frequency, FLOAT64_EPS)(sources, mixture).numpy()
    np.testing.assert_allclose(found, expected, atol=1e-11)


@pytest.mark.parametrize("oracle", FILTERS[:2])
def test_in_mono_and_with_equal_channels_the_filter_is_the_ratio_mask_of_powers(oracle):
    sources, mixture = coefficients(channels=1)
    expected = Masked(RatioMask(2))(sources, mixture)
    torch.testing.assert_close(oracle(sources, mixture), expected, rtol=0, atol=1e-5)
    doubled = oracle(sources.repeat(1, 2, 1, 1), mixture.repeat(2, 1, 1))
    torch.testing.assert_close(doubled, expected.repeat(1, 2, 1, 1), rtol=0, atol=1e-5)


@pytest.mark.parametrize("oracle", FILTERS)
def test_the_estimates_add_up_to_the_mixture(oracle):
    sources, mixture = coefficients()
    torch.testing.assert_close(oracle(sources, mixture).sum(dim=0), mixture, rtol=0, atol=1e-5)


@pytest.mark.parametrize("oracle", FILTERS[:2])
def test_two_stems_at_different_places_are_told_apart_where_masks_cannot(oracle):
    mono, _ = coefficients(stems=2, channels=1, frames=50)
    places = torch.tensor([[1.0, 0.2], [0.3, 1.0]])[:, :, None, None]
    sources = mono * places
    mixture = sources.sum(dim=0)
    torch.testing.assert_close(oracle(sources, mixture), sources, rtol=0, atol=1e-4)
    assert (Masked(RatioMask(2))(sources, mixture) - sources).abs().max() > 0.3
