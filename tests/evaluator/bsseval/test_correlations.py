"""Correlations by blocks are those that the definition gives."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from evaluator.bsseval.correlations import lagged_correlations
from evaluator.bsseval.signals import Signals


@pytest.mark.parametrize("samples", [1, 30, 4_097, 70_000])
def test_each_pair_and_lag_is_the_sum_that_defines_it(samples):
    generator = torch.Generator().manual_seed(samples)
    references, others = (torch.randn(stems, 2, samples, generator=generator).double() for stems in (3, 2))
    lags = 40
    correlations = lagged_correlations(*(Signals(list(x), torch.device("cpu")) for x in (references, others)), lags)
    assert correlations.shape == (3, 2, 2, 2, lags)
    for lag in (0, 1, lags - 1):
        kept = max(samples - lag, 0)
        expected = torch.einsum("icn,jdn->icjd", references[..., :kept], others[..., samples - kept :])
        np.testing.assert_allclose(correlations[..., lag], expected, atol=1e-12 * samples)
