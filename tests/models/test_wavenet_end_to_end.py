"""The end-to-end WaveNet: published sizes and field of view, context, and the padded form of its authors."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as functional

from models.errors import MixtureError, SettingsError
from models.seeding import seeded_torch
from models.wavenet_end_to_end import MULTI_INSTRUMENT, SINGING_VOICE, TINY, EndToEndWaveNet, WaveNetInContext


def small_network(config=TINY):
    with seeded_torch(1):
        return EndToEndWaveNet(config).eval()


def noise(*shape):
    return 0.1 * torch.randn(*shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("config", "weights"), [(MULTI_INSTRUMENT, 3_277_763), (SINGING_VOICE, 3_277_249)])
def test_published_networks_have_their_number_of_weights_and_receptive_field(config, weights):
    with torch.device("meta"):
        network = EndToEndWaveNet(config)
    assert sum(weight.numel() for weight in network.parameters()) == weights
    assert config.receptive_field_samples == 8185


def test_the_result_is_that_of_padded_convolutions_whose_middle_is_kept():
    network, config = small_network(), TINY
    kept, reach = 101, config.receptive_field_samples // 2
    window = noise(1, 1, kept + 2 * reach)
    features, total = functional.conv1d(window, network.first.weight, padding=1), torch.zeros(())
    for unit, dilation in zip(network.units, config.dilations, strict=True):
        both = functional.conv1d(features, unit.dilated.weight, padding=dilation, dilation=dilation)
        hidden = both[:, : config.width].tanh() * both[:, config.width :].sigmoid()
        outputs = functional.conv1d(hidden, unit.outputs.weight)
        features = features + outputs[:, : config.width]
        total = total + outputs[:, config.width :, reach - 1 : -(reach - 1)]
    wide = functional.conv1d(total.relu(), network.wide.weight, padding=1)
    narrow = functional.conv1d(wide.relu(), network.narrow.weight, padding=1)
    expected = network.outputs(narrow)[..., 1:-1]
    estimate = network(window)[:, :3, 0, reach:-reach]
    # The padding of the last convolutions reaches one sample at each end.
    assert torch.allclose(estimate[..., 1:-1], expected[..., 1:-1], atol=1e-5)


@pytest.mark.parametrize("samples", [1, 2, 500])
def test_lengths_are_exact_and_the_stems_sum_to_the_mixture(samples):
    mixture = noise(2, 1, samples)
    stems = small_network()(mixture)
    assert stems.shape == (2, 4, 1, samples)
    assert torch.allclose(stems.sum(dim=1), mixture, atol=1e-6)


def test_a_chunk_in_its_context_equals_the_whole():
    network, mixture = small_network(), noise(1, 1, 1000)
    needed, reach = network.input_samples(200), network.reach_samples
    assert needed == 200 + 2 * reach
    chunk = network(mixture[..., 300 - reach : 500 + reach])[..., reach:-reach]
    assert torch.allclose(chunk, network(mixture)[..., 300:500], atol=1e-5)


def test_channels_are_heard_one_by_one():
    stereo = small_network(replace(TINY, channels=2))
    mixture = noise(2, 2, 300)
    alone = small_network()(mixture[:, 1:])
    assert torch.allclose(stereo(mixture)[:, :, 1:], alone, atol=1e-6)


def test_silence_gives_silence_with_fresh_weights():
    assert small_network()(torch.zeros(1, 1, 50)).abs().max() == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"estimated": ()}, "'estimated' .* a stem or more"),
        ({"rest": "bass"}, "distinct stems"),
        ({"width": 0}, "'width' .* at least 1. Got 0"),
    ],
)
def test_a_config_that_no_network_can_have_is_refused(change, message):
    with pytest.raises(SettingsError, match=message):
        replace(TINY, **change)


def test_other_shapes_are_refused():
    with pytest.raises(MixtureError, match="must have the shape"):
        small_network()(torch.zeros(1, 2, 100))


def test_in_context_it_gives_the_same_chunk_for_less_work():
    whole = small_network()
    in_context = WaveNetInContext(TINY).eval()
    in_context.load_state_dict(whole.state_dict())
    padded = noise(2, 1, in_context.input_samples(100))
    chunk = slice(whole.reach_samples, -whole.reach_samples)
    stems = in_context(padded)
    assert stems.shape == (2, 4, 1, padded.shape[-1])
    torch.testing.assert_close(stems[..., chunk], whole(padded)[..., chunk])
    assert not stems[..., : whole.reach_samples].any()
    with pytest.raises(MixtureError, match="must have more samples than the context"):
        in_context(padded[..., : 2 * whole.reach_samples])
