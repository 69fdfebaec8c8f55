"""Cross-entropy over mu-law levels."""

import math

import numpy as np
import pytest
import torch

from training.losses.mu_law_cross_entropy import MuLawCrossEntropy
from training.losses.stem_loss import LossInputError
from transforms.mu_law import encode


def test_an_even_guess_costs_the_logarithm_of_the_number_of_levels(pairs):
    _, references = pairs()
    loss = MuLawCrossEntropy()({"vocals": torch.zeros(3, 256, 2, 900)}, references)
    assert float(loss) == pytest.approx(math.log(256))


def test_it_is_minus_the_mean_log_odds_of_the_true_levels(pairs):
    _, references = pairs(samples=30)
    odds = torch.randn(3, 256, 2, 30, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    levels = encode(references["bass"]).numpy()
    logits = odds.numpy()
    log_share = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    expected = -np.mean(np.take_along_axis(log_share, levels[:, None], axis=1))
    assert float(MuLawCrossEntropy()({"bass": odds}, references)) == pytest.approx(expected, rel=1e-12)


def test_certainty_of_the_true_level_costs_nothing(pairs):
    _, references = pairs(samples=30)
    odds = 1e4 * torch.nn.functional.one_hot(encode(references["bass"]), 256).movedim(-1, 1).double()
    assert float(MuLawCrossEntropy()({"bass": odds}, references)) == pytest.approx(0.0, abs=1e-12)


def test_its_gradient_passes_torchs_own_check(pairs):
    _, references = pairs(items=1, samples=3)
    odds = torch.randn(1, 8, 2, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64, requires_grad=True)
    loss = MuLawCrossEntropy(classes=8)
    assert torch.autograd.gradcheck(lambda guess: loss({"bass": guess}, references), (odds,))


def test_odds_of_another_shape_are_refused(pairs):
    _, references = pairs()
    with pytest.raises(LossInputError, match=r"must have the shape \(3, 256, 2, 900\). Got \(3, 2, 900\)"):
        MuLawCrossEntropy()({"bass": references["bass"]}, references)
