"""xumx-sliCQ version 1: as published, and with its flaws repaired."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.errors import MixtureError, SettingsError
from models.seeding import seeded_torch
from models.slicq_filters import filtered_blocks, filtered_sound
from models.xumx_slicq_files import join_published, published_parts
from models.xumx_slicq_v1 import TINY, XumxSlicqV1, XumxSlicqV1Config
from tests.models.slicq_cases import CONFIG_V1, PublishedV1, literal_filter, random_published
from transforms.slicq_forms import padded_with_zeros, without_padding


def noise(*shape, seed=0):
    return 0.3 * torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def together(reference, config):
    """Put the weights of a published network into one of ours."""
    network = XumxSlicqV1(config)
    network.load_state_dict(join_published(published_parts(network), reference.state_dict()))
    return network.eval()


@pytest.fixture(scope="module")
def reference():
    return random_published(PublishedV1, CONFIG_V1)


@pytest.fixture(scope="module")
def network(reference):
    return together(reference, CONFIG_V1)


@pytest.fixture(scope="module")
def corrected(reference):
    return together(reference, replace(CONFIG_V1, corrected=True))


@pytest.mark.parametrize(("max_hz", "blocks", "parameters"), [(16000.0, 51, 6_671_856), (22050.0, 70, 9_505_144)])
def test_the_published_sizes_have_the_published_numbers_of_parameters(max_hz, blocks, parameters):
    with torch.device("meta"):
        network = XumxSlicqV1(XumxSlicqV1Config(max_hz=max_hz))
    assert len(network.blocks) == blocks
    assert sum(parameter.numel() for parameter in network.parameters()) == parameters


@torch.inference_mode()
def test_all_stems_at_once_equal_stem_after_stem(reference, network):
    mixture = noise(2, 2, 7001)
    expected = reference(mixture)
    assert (network(mixture) - expected).abs().max() < 2e-5 * expected.abs().max()
    assert (expected[:, 0] - expected[:, 1]).std() > 0.01


def test_training_equals_stem_after_stem_in_output_gradients_and_statistics():
    reference = random_published(PublishedV1, CONFIG_V1)
    network = together(reference, CONFIG_V1).train()
    mixture = noise(2, 2, 4000)
    expected, actual = reference.train()(mixture), network(mixture)
    torch.testing.assert_close(actual, expected, rtol=1e-3, atol=1e-5)
    expected.square().mean().backward()
    actual.square().mean().backward()
    gradients = {name: parameter.grad for name, parameter in reference.named_parameters()}
    joined = join_published(published_parts(network), {**gradients, **dict(reference.named_buffers())})
    own = {name: parameter.grad for name, parameter in network.named_parameters()} | dict(network.named_buffers())
    for name, tensor in joined.items():
        tolerance = 1e-3 * float(tensor.abs().max()) + 1e-7
        torch.testing.assert_close(
            own[name], tensor, rtol=1e-3, atol=tolerance, msg=lambda text, name=name: name + text
        )


@torch.inference_mode()
def test_the_filter_on_coefficients_is_that_of_the_publishers_matrix_with_zeros(network):
    mixture = 40 * noise(1, 2, 5000)
    blocks = network.slicq(mixture)
    estimates = network.estimates(blocks)
    matrix, estimated = padded_with_zeros(blocks), padded_with_zeros(estimates)
    scale = matrix.abs().max() / 10
    assert scale > 1
    filtered = scale * literal_filter((estimated / scale).flatten(-2), (matrix / scale).flatten(-2), 1e-10)
    expected = without_padding(filtered.unflatten(-1, matrix.shape[-2:]), network.slicq.blocks)
    for actual, wanted in zip(filtered_blocks(estimates, blocks), expected, strict=True):
        torch.testing.assert_close(actual, wanted, rtol=1e-3, atol=1e-4 * float(matrix.abs().max()))
    whole = together(random_published(PublishedV1, CONFIG_V1), replace(CONFIG_V1, post_filter="slicq"))
    torch.testing.assert_close(whole(mixture), network.sound(expected, 5000), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(("corrected", "window"), [(False, torch.ones(4096)), (True, torch.hann_window(4096))])
@torch.inference_mode()
def test_the_filter_in_an_stft_has_a_window_only_where_it_is_corrected(reference, corrected, window):
    config = replace(CONFIG_V1, corrected=corrected)
    mixture = 0.01 * noise(1, 2, 9000)
    stems = together(reference, config)(mixture)

    def stft(sound):
        return torch.stft(sound.flatten(0, -2), 4096, 1024, window=window, return_complex=True)

    mixed = stft(mixture)[None]
    magnitudes = stft(stems).unflatten(0, (1, 4, 2)).abs()
    assert mixed.abs().max() < 10
    filtered = literal_filter(magnitudes * torch.exp(1j * mixed.angle())[:, None], mixed, 1e-10)
    expected = torch.istft(filtered.flatten(0, 2), 4096, 1024, window=window, length=9000).unflatten(0, (1, 4, 2))
    actual = together(reference, replace(config, post_filter="stft"))(mixture)
    torch.testing.assert_close(actual, expected, rtol=1e-3, atol=1e-5)
    assert filtered_sound(stems, mixture, "hann").shape == stems.shape


@pytest.mark.parametrize("samples", [1, 2, 359, 718, 719, 1436, 5001])
@pytest.mark.parametrize("post_filter", ["slicq", "stft"])
@torch.inference_mode()
def test_stems_have_the_length_of_the_mixture_and_are_finite(reference, samples, post_filter):
    stems = together(reference, replace(CONFIG_V1, post_filter=post_filter))(noise(1, 2, samples))
    assert stems.shape == (1, 4, 2, samples)
    assert stems.isfinite().all()


@torch.inference_mode()
def test_above_the_learned_blocks_every_stem_has_all_or_corrected_a_share(network, corrected):
    magnitudes = [block.abs() for block in network.slicq(noise(2, 2, 4000))]
    whole, shares = network.masks(magnitudes), corrected.masks(magnitudes)
    learned = len(network.blocks)
    assert 0 < learned < len(magnitudes)
    for mask, share, block in zip(whole[learned:], shares[learned:], magnitudes[learned:], strict=True):
        assert mask.shape == share.shape == (2, 4, *block.shape[1:])
        assert (mask == 1).all()
        torch.testing.assert_close(share.sum(dim=1), torch.ones_like(block))
    highest = shares[learned - 1].mean(dim=(0, 2, 3, 4, 5))
    assert torch.equal(shares[learned].mean(dim=(0, 2, 3, 4, 5)).argsort(), highest.argsort())


@torch.inference_mode()
def test_corrected_masks_stand_where_the_coefficients_are(network, corrected):
    """Two slices that overlap share the frames of their halves: what both see of one moment must agree."""
    magnitudes = [block.abs() for block in network.slicq(noise(1, 2, 6000))]
    learned = len(network.blocks)
    pairs = zip(network.masks(magnitudes)[:learned], corrected.masks(magnitudes)[:learned], strict=True)
    for published, mask in pairs:
        half = mask.shape[-1] // 2
        torch.testing.assert_close(mask[..., :-1, half:], mask[..., 1:, :half])
        assert (published[..., :-1, half:] - published[..., 1:, :half]).abs().max() > 1e-3


@torch.inference_mode()
def test_masks_are_from_0_to_1(network, corrected):
    magnitudes = [block.abs() for block in network.slicq(10 * noise(1, 2, 3000))]
    for mask in [*network.masks(magnitudes), *corrected.masks(magnitudes)]:
        assert 0 <= mask.min() <= mask.max() <= 1


@torch.inference_mode()
def test_silence_stays_silent(reference):
    for post_filter in ("none", "slicq", "stft"):
        network = together(reference, replace(CONFIG_V1, post_filter=post_filter))
        assert network(torch.zeros(1, 2, 2000)).count_nonzero() == 0


@torch.inference_mode()
def test_songs_of_a_batch_do_not_touch_each_other(reference):
    network = together(reference, replace(CONFIG_V1, post_filter="slicq"))
    mixtures = noise(3, 2, 3000) * torch.tensor([1.0, 50.0, 0.1])[:, None, None]
    alone = torch.cat([network(mixture[None]) for mixture in mixtures])
    torch.testing.assert_close(network(mixtures), alone, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("corrected", [False, True])
def test_every_parameter_gets_a_gradient(corrected):
    with seeded_torch(3):
        network = XumxSlicqV1(replace(TINY, corrected=corrected, outer_channels=8, middle_channels=8))
    network.eval()(noise(2, 2, 3000)).square().mean().backward()
    assert not [name for name, weight in network.named_parameters() if weight.grad is None or not weight.grad.any()]


def test_statistics_become_the_shift_and_the_scale_of_every_stem():
    network = XumxSlicqV1(TINY)
    bands = sum(block.bands for block in network.slicq.blocks)
    means, deviations = torch.arange(1.0, bands + 1), torch.linspace(1.0, 2.0, bands)
    network.set_statistics(means, deviations)
    learned = sum(block.input_mean.shape[1] for block in network.blocks)
    for stem in range(4):
        assert torch.equal(torch.cat([block.input_mean[stem] for block in network.blocks]), -means[:learned])
        scales = torch.cat([block.input_scale[stem] for block in network.blocks])
        torch.testing.assert_close(scales, 1 / deviations[:learned])


def test_a_mixture_of_another_shape_is_refused(network):
    with pytest.raises(MixtureError, match=r"shape \(batch, 2, samples\)"):
        network(torch.zeros(1, 3, 100))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"post_filter": "both"}, "'post_filter' must be one of slicq, stft, none. Got 'both'."),
        ({"max_hz": 20.0}, "'max_hz' must be at least 'min_hz', 32.9. Got 20."),
        ({"middle_channels": 0}, "'middle_channels' must be at least 1. Got 0."),
    ],
)
def test_an_impossible_configuration_is_refused(settings, message):
    with pytest.raises(SettingsError, match=message):
        XumxSlicqV1Config(**settings)
