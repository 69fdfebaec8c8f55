"""What both RoFormers share: lengths, silence, the rest, masks, precision, refusals."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.errors import MixtureError, SettingsError
from models.network import Network
from models.roformer import Bands
from tests.models.roformer_cases import BS, MEL, noise, random_network, separate

KINDS = pytest.mark.parametrize("config", [BS, MEL], ids=["bs", "mel"])


def _with_constant_masks(network, value):
    """Make every mask the real number `value`: the gated unit gives (value, 0) with its gate wide open."""
    for estimator in network.mask_estimators:
        for layers in estimator.to_freqs:
            last = layers[0][-1]
            torch.nn.init.zeros_(last.weight)
            half = len(last.bias) // 2
            with torch.no_grad():
                last.bias.copy_(torch.cat([torch.tensor([value, 0.0]).repeat(half // 2), torch.full((half,), 100.0)]))
    return network


@KINDS
def test_it_is_a_network_of_the_configured_outputs(config):
    network = random_network(config)
    assert isinstance(network, Network)
    assert network.stems == config.outputs
    assert network.sample_rate == 44_100
    assert network.input_samples(777) == 777


@KINDS
@pytest.mark.parametrize("samples", [1, 2, 29, 63, 64, 65, 128, 1001])
def test_stems_are_finite_and_exactly_as_long_as_the_mixture(config, samples):
    stems = separate(random_network(config), noise(3, 2, samples))
    assert stems.shape == (3, len(config.outputs), 2, samples)
    assert stems.dtype == torch.float32
    assert torch.isfinite(stems).all()


@KINDS
@pytest.mark.parametrize("samples", [1, 1000])
def test_silence_gives_exact_silence(config, samples):
    assert separate(random_network(config), torch.zeros(1, 2, samples)).abs().max() == 0


@KINDS
def test_the_mixture_is_left_as_it_is(config):
    mixture = noise(1, 2, 500)
    before = mixture.clone()
    separate(random_network(config), mixture)
    assert torch.equal(mixture, before)


@KINDS
def test_masks_of_one_give_the_mixture_however_many_bands_hold_a_bin(config):
    mixture = noise(2, 2, 700)
    network = _with_constant_masks(random_network(replace(config, rest=None)), 1.0)
    stems = separate(network, mixture)
    assert all(torch.allclose(stem, mixture, atol=1e-6) for stem in stems.unbind(dim=1))


def test_the_rest_is_the_mixture_minus_the_stems():
    mixture = noise(1, 2, 700)
    stems = separate(random_network(replace(MEL, rest="vocals")), mixture)
    assert torch.equal(stems[:, :2], separate(random_network(MEL), mixture))
    assert torch.allclose(stems.sum(dim=1), mixture, atol=1e-6)


@KINDS
@pytest.mark.parametrize(("keep_dc", "kept"), [(True, 1.0), (False, 1 / 3)])
def test_the_lowest_bin_is_kept_or_silenced_as_the_config_says(config, keep_dc, kept):
    # A Hann window spreads a constant over two bins. Of a frame w = 1/2 - cos/2 the second alone leaves -cos/2, and
    # the mean of -w cos/2 is 1/8 where that of w^2 is 3/8.
    network = _with_constant_masks(random_network(replace(config, rest=None, keep_dc=keep_dc)), 1.0)
    stems = separate(network, torch.full((1, 2, 900), 0.5))
    assert torch.allclose(stems[..., 200:700], torch.tensor(0.5 * kept), atol=0.01)


@KINDS
def test_examples_of_a_batch_do_not_influence_each_other(config):
    network = random_network(config)
    batch = torch.cat([noise(1, 2, 500), 3 * noise(1, 2, 500, seed=1)])
    assert torch.allclose(separate(network, batch)[1:], separate(network, batch[1:]), atol=1e-6)


@KINDS
def test_loudness_passes_through(config):
    network, mixture = random_network(config), noise(1, 2, 500)
    assert torch.allclose(separate(network, 64 * mixture), 64 * separate(network, mixture), rtol=1e-4, atol=1e-5)


@KINDS
def test_bfloat16_comes_within_30_decibels(config):
    network, mixture = random_network(config), noise(1, 2, 2000)
    exact = separate(network, mixture)
    with torch.autocast("cpu", torch.bfloat16):
        rough = separate(network, mixture)
    assert rough.dtype == torch.float32
    assert (rough - exact).square().sum() < 1e-3 * exact.square().sum()


@KINDS
def test_every_parameter_has_a_gradient(config):
    network = random_network(config).train()
    network(noise(1, 2, 300)).square().sum().backward()
    assert all(parameter.grad is not None and parameter.grad.any() for parameter in network.parameters())


@pytest.mark.parametrize(
    ("sizes", "bins", "received"),
    [
        ((1, 1, 2), (0, 1, 1, 3), "3 bands of 1 to 2 bins, 3 of the bins from 0 to 3"),
        ((0, 2), (0, 1), "2 bands of 0 to 2 bins, 2 of the bins from 0 to 1"),
    ],
)
def test_bands_must_cover_every_bin_and_have_one(sizes, bins, received):
    with pytest.raises(SettingsError, match=received):
        Bands(sizes, bins)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stems": ()}, "distinct stems, at least one. Got () and the rest 'accompaniment'"),
        ({"stems": ("vocals", "vocals")}, "distinct stems"),
        ({"rest": "vocals"}, "distinct stems"),
        ({"depth": 0}, "'depth' must be at least 1. Got 0"),
        ({"hop_samples": 0}, "'hop_samples' must be at least 1. Got 0"),
        ({"head_features": 7}, "'head_features' must be even, 2 or more. Got 7"),
        ({"dropout": 1.0}, "'dropout' must be from 0 to below 1. Got 1.0"),
    ],
)
def test_a_config_that_no_network_can_have_is_refused(change, message):
    with pytest.raises(SettingsError, match=message.replace("(", r"\(").replace(")", r"\)")):
        replace(BS, **change)


@pytest.mark.parametrize("shape", [(2, 100), (1, 1, 100), (1, 2, 0)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(MixtureError, match="must have the shape"):
        random_network(BS)(torch.zeros(shape))
