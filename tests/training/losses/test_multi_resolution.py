"""The multi-resolution STFT loss beside auraloss."""

import sys

import pytest
import torch

from training.losses import multi_resolution
from training.losses.multi_resolution import MultiResolutionSTFT
from training.losses.stem_loss import LossInputError
from training.parts import MissingExtraError


@pytest.fixture
def sounds():
    generator = torch.Generator().manual_seed(0)
    return 0.1 * torch.randn(3, 2, 3000, generator=generator), 0.1 * torch.randn(3, 2, 3000, generator=generator)


def test_it_is_auralosss_default_for_each_item(sounds):
    freq = pytest.importorskip("auraloss.freq")
    estimate, reference = sounds
    theirs = freq.MultiResolutionSTFTLoss()
    expected = torch.stack([theirs(estimate[item : item + 1], reference[item : item + 1]) for item in range(3)])
    loss = MultiResolutionSTFT()
    torch.testing.assert_close(loss.values(estimate, reference)[:, 0], expected)
    torch.testing.assert_close(loss({"bass": estimate}, {"bass": reference}), expected.mean())


def test_its_weights_are_auralosss(sounds):
    freq = pytest.importorskip("auraloss.freq")
    estimate, reference = sounds[0][:1], sounds[1][:1]
    ours = MultiResolutionSTFT(convergence_weight=0.3, log_magnitude_weight=0.7, magnitude_weight=2.0)
    theirs = freq.MultiResolutionSTFTLoss(w_sc=0.3, w_log_mag=0.7, w_lin_mag=2.0)
    torch.testing.assert_close(ours({"bass": estimate}, {"bass": reference}), theirs(estimate, reference))


def test_an_item_without_sound_is_judged_without_convergence_which_would_divide_by_it(sounds):
    freq = pytest.importorskip("auraloss.freq")
    estimate, reference = sounds[0].clone().requires_grad_(), sounds[1].clone()
    reference[1] = 1e-6
    values = MultiResolutionSTFT().values(estimate, reference)[:, 0]
    theirs = freq.MultiResolutionSTFTLoss(w_sc=0.0)
    torch.testing.assert_close(values[1], theirs(estimate[1:2], reference[1:2]))
    assert values[1] < 20
    values.sum().backward()
    gradients = estimate.grad.flatten(1).norm(dim=1)
    assert gradients[1] < 10 * gradients[0]


def test_convergence_alone_is_nothing_for_an_item_without_sound(sounds):
    pytest.importorskip("auraloss")
    estimate = sounds[0].clone().requires_grad_()
    loss = MultiResolutionSTFT(log_magnitude_weight=0.0)({"bass": estimate}, {"bass": torch.zeros_like(estimate)})
    loss.backward()
    assert loss.item() == 0.0
    assert not estimate.grad.any()


def test_without_auraloss_the_error_names_the_extra(sounds, monkeypatch):
    multi_resolution._loss.cache_clear()
    monkeypatch.setitem(sys.modules, "auraloss.freq", None)
    with pytest.raises(MissingExtraError, match=r"needs the package 'auraloss'.*uv pip install -e \"\.\[training\]\""):
        MultiResolutionSTFT().values(*sounds)


def test_items_shorter_than_half_a_transform_are_refused(sounds):
    with pytest.raises(LossInputError, match="longer than half the longest transform, 1024 samples. Got 1024"):
        MultiResolutionSTFT().values(sounds[0][..., :1024], sounds[1][..., :1024])


def test_resolutions_must_have_all_three_sizes():
    with pytest.raises(ValueError, match="one entry for each resolution. Got 3, 3 and 1"):
        MultiResolutionSTFT(hop_samples=(120,))
