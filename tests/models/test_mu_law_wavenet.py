"""The mu-law WaveNet: published sizes, its three forms, context, decoding."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.errors import SettingsError
from models.mu_law_wavenet import (
    GATED,
    REGRESSION,
    RESIDUAL,
    TINY,
    TINY_REGRESSION,
    TINY_RESIDUAL,
    TWO_HEADS,
    MuLawWaveNet,
    RegressionWaveNet,
)
from models.seeding import seeded_torch
from transforms.mu_law import decode, expand

UNREAD_RESIDUAL = 128 * 128 + 128
"""Weights of the published networks that nothing reads: what the last unit would add for the next one."""


def small_network(config=TINY, kind=MuLawWaveNet):
    with seeded_torch(1):
        return kind(config).eval()


def noise(*shape):
    return 0.1 * torch.randn(*shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("kind", "config", "published"),
    [
        (MuLawWaveNet, GATED, 8_547_712),
        (MuLawWaveNet, RESIDUAL, 6_330_112),
        (MuLawWaveNet, TWO_HEADS, 6_330_112 + 512 * 256 + 256),
        (RegressionWaveNet, REGRESSION, 6_330_112 - 255 * 513),
    ],
    ids=["gated", "residual", "two heads", "regression"],
)
def test_published_networks_have_their_number_of_weights_that_are_read(kind, config, published):
    with torch.device("meta"):
        network = kind(config)
    assert sum(weight.numel() for weight in network.parameters()) == published - UNREAD_RESIDUAL


def test_45_layers_see_a_third_of_a_second():
    assert len(GATED.dilations) == 45
    assert 2 * GATED.reach_samples + 1 == 5135


@pytest.mark.parametrize("config", [TINY, TINY_RESIDUAL])
@pytest.mark.parametrize("samples", [1, 300])
def test_waveforms_are_the_likeliest_classes(config, samples):
    network, mixture = small_network(config), noise(2, 1, samples)
    logits = network.logits(mixture)
    assert logits.shape == (2, 2, 256, 1, samples)
    assert torch.equal(network(mixture), decode(logits.argmax(dim=2)))


def test_the_regression_form_expands_what_it_writes_and_is_differentiable():
    network, mixture = small_network(TINY_REGRESSION, RegressionWaveNet), noise(2, 1, 300)
    stems = network(mixture)
    assert stems.requires_grad
    assert torch.equal(stems, expand(network.companded(mixture)))
    assert stems.shape == (2, 2, 1, 300)


@pytest.mark.parametrize("config", [TINY, TINY_RESIDUAL])
def test_a_chunk_in_its_context_equals_the_whole(config):
    network, mixture = small_network(config), noise(1, 1, 800)
    reach = config.reach_samples
    assert network.input_samples(100) == 100 + 2 * reach
    chunk = network.logits(mixture[..., 300 - reach : 400 + reach])[..., reach:-reach]
    assert torch.allclose(chunk, network.logits(mixture)[..., 300:400], atol=1e-5)


def test_a_sample_depends_on_both_sides_as_far_as_the_reach():
    mixture, reach = noise(1, 1, 200).requires_grad_(), TINY.reach_samples
    small_network().logits(mixture)[..., 100].sum().backward()
    read = mixture.grad[0, 0].nonzero().flatten()
    assert (read.min(), read.max()) == (100 - reach, 100 + reach)


def test_channels_are_heard_one_by_one():
    stereo, mixture = small_network(replace(TINY, channels=2)), noise(1, 2, 100)
    alone = small_network().logits(mixture[:, 1:])
    assert torch.allclose(stereo.logits(mixture)[:, :, :, 1:], alone, atol=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stems": ()}, "distinct stems"),
        ({"skip_width": 0}, "'skip_width' .* at least 1. Got 0"),
        ({"first_kernel": 24}, "'first_kernel' .* odd and positive. Got 24"),
        ({"units": "tanh"}, "'units' .* gated, relu, leaky. Got 'tanh'"),
    ],
)
def test_a_config_that_no_network_can_have_is_refused(change, message):
    with pytest.raises(SettingsError, match=message):
        replace(TINY, **change)
