"""xumx-sliCQ version 2: as published, at any length, trainable."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.errors import MixtureError, SettingsError
from models.seeding import seeded_torch
from models.xumx_slicq import REALTIME, TINY, XumxSlicq, XumxSlicqConfig
from models.xumx_slicq_files import join_published, published_parts
from tests.models.slicq_cases import CONFIG, PublishedV2, random_published

VARIANTS = {"offline": CONFIG, "realtime": replace(CONFIG, realtime=True)}


def noise(*shape, seed=0):
    return 0.3 * torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def together(reference):
    """Put the weights of a published network into one of ours."""
    network = XumxSlicq(reference.config)
    network.load_state_dict(join_published(published_parts(network), reference.state_dict()))
    return network.eval()


@pytest.fixture(scope="module", params=VARIANTS)
def reference(request):
    return random_published(PublishedV2, VARIANTS[request.param])


@pytest.fixture(scope="module")
def network(reference):
    return together(reference)


@pytest.mark.parametrize("config", [XumxSlicqConfig(), REALTIME], ids=["offline", "realtime"])
def test_the_published_size_has_the_published_number_of_parameters(config):
    with torch.device("meta"):
        network = XumxSlicq(config)
    assert sum(parameter.numel() for parameter in network.parameters()) == 15_010_446
    assert len(network.blocks) == 70


@torch.inference_mode()
def test_all_stems_at_once_equal_stem_after_stem(reference, network):
    mixture = noise(2, 2, 7001)
    expected = reference(mixture)
    assert (network(mixture) - expected).abs().max() < 2e-5 * expected.abs().max()
    assert expected.std(dim=1).mean() > 0.01  # the stems differ


def test_training_equals_stem_after_stem_in_output_gradients_and_statistics(reference):
    reference = random_published(PublishedV2, reference.config).train()
    network = together(reference).train()
    mixture = noise(2, 2, 3000)
    expected, actual = reference(mixture), network(mixture)
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


@pytest.mark.parametrize("samples", [1, 2, 359, 718, 719, 1436, 5001])
@torch.inference_mode()
def test_stems_have_the_length_of_the_mixture_and_are_finite(network, samples):
    stems = network(noise(1, 2, samples))
    assert stems.shape == (1, 4, 2, samples)
    assert stems.isfinite().all()


@torch.inference_mode()
def test_a_sound_of_two_slices_is_separated_as_if_silence_followed(reference, network):
    mixture = noise(1, 2, 700)
    followed = torch.nn.functional.pad(mixture, (0, 19))
    assert (network.slicq.slices(700), network.slicq.slices(719)) == (2, 3)
    torch.testing.assert_close(network(mixture), reference(followed)[..., :700], rtol=1e-3, atol=1e-5)


@torch.inference_mode()
def test_masks_are_from_0_to_1_and_shaped_as_the_coefficients_of_each_stem(network):
    blocks = network.slicq(noise(2, 2, 3000))
    masks = network.masks([block.abs() for block in blocks])
    for mask, block in zip(masks, blocks, strict=True):
        assert mask.shape == (2, 4, *block.shape[1:])
        assert 0 <= mask.min() < mask.max() <= 1


@torch.inference_mode()
def test_the_realtime_networks_estimates_are_masks_times_the_mixture_and_the_offline_ones_add_up_to_it():
    for config in VARIANTS.values():
        network = together(random_published(PublishedV2, config))
        blocks = network.slicq(10 * noise(1, 2, 6000))
        masks = network.masks([block.abs() for block in blocks])
        for mask, estimate, block in zip(masks, network.estimates(blocks), blocks, strict=True):
            if config.realtime:
                torch.testing.assert_close(estimate, mask * block[:, None])
            else:
                assert (estimate.sum(dim=1) - block).norm() < 0.01 * block.norm()


@torch.inference_mode()
def test_the_realtime_networks_masks_look_ahead_one_slice_and_the_offline_ones_two(network):
    ahead = 1 if network.config.realtime else 2
    blocks = [block.abs() for block in network.slicq(noise(1, 2, 9000))]
    changed = [block.clone() for block in blocks]
    for block in changed:
        block[..., 8, 1:] *= 3
    pairs = zip(network.masks(blocks), network.masks(changed), strict=True)
    touched = torch.stack([(mask - other).abs().amax(dim=(0, 1, 2, 3, 5)) for mask, other in pairs]).amax(dim=0) > 1e-4
    assert touched[: 8 - ahead + 1].tolist() == [False] * (8 - ahead) + [True]


@torch.inference_mode()
def test_silence_stays_silent(network):
    assert network(torch.zeros(1, 2, 2000)).count_nonzero() == 0


@torch.inference_mode()
def test_songs_of_a_batch_do_not_touch_each_other(network):
    mixtures = noise(3, 2, 3000) * torch.tensor([1.0, 20.0, 0.1])[:, None, None]
    alone = torch.cat([network(mixture[None]) for mixture in mixtures])
    torch.testing.assert_close(network(mixtures), alone, rtol=1e-3, atol=1e-5)


def test_statistics_become_the_shift_and_the_scale_of_each_block():
    network = XumxSlicq(TINY)
    sizes = [block.bands for block in network.slicq.blocks]
    means, deviations = torch.arange(1.0, sum(sizes) + 1), torch.linspace(1.0, 2.0, sum(sizes))
    deviations[2] = 0.0
    network.set_statistics(means, deviations)
    assert torch.equal(torch.cat([block.input_mean for block in network.blocks]), -means)
    # The third band stands in the second block, whose loudest band is its last.
    assert sizes[:2] == [1, 6]
    deviations[2] = 1e-4 * deviations[6]
    torch.testing.assert_close(torch.cat([block.input_scale for block in network.blocks]), 1 / deviations)
    deviations[0] = 0.0
    network.set_statistics(means, deviations)
    assert network.blocks[0].input_scale.tolist() == [1.0]


@pytest.mark.parametrize("realtime", [False, True])
def test_every_parameter_gets_a_gradient(realtime):
    with seeded_torch(3):
        network = XumxSlicq(replace(TINY, realtime=realtime, outer_channels=8, middle_channels=8))
    # Not in training, where normalisation takes out again what a block of one band adds to its input.
    network.eval()(noise(2, 2, 3000)).square().mean().backward()
    assert not [name for name, weight in network.named_parameters() if weight.grad is None or not weight.grad.any()]


def test_half_precision_on_a_cpu_stays_close(network):
    mixture = noise(1, 2, 4000)
    with torch.inference_mode():
        whole = network(mixture)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            half = network(mixture)
    assert half.dtype == torch.float32
    assert (half - whole).norm() < 0.05 * whole.norm()


@torch.inference_mode()
def test_one_channel_and_other_stems_run():
    stems = XumxSlicq(replace(TINY, channels=1, stems=("vocals", "other"))).eval()(noise(2, 1, 3000))
    assert stems.shape == (2, 2, 1, 3000)
    assert stems.isfinite().all()


@pytest.mark.parametrize("mixture", [torch.zeros(2, 100), torch.zeros(1, 3, 100), torch.zeros(1, 2, 0)])
def test_a_mixture_of_another_shape_is_refused(network, mixture):
    with pytest.raises(MixtureError, match=r"shape \(batch, 2, samples\) with at least one sample. Got"):
        network(mixture)


@pytest.mark.parametrize("change", [lambda blocks: blocks[1:], lambda blocks: [block[0] for block in blocks]])
def test_magnitudes_of_another_shape_are_refused(network, change):
    blocks = [block.abs() for block in network.slicq(noise(1, 2, 3000))]
    with pytest.raises(MixtureError, match=r"of the 20 blocks of its sliCQ, shaped \(batch, 2 channels, bands, slices"):
        network.masks(change(blocks))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"stems": ()}, r"distinct stems, at least one. Got \(\)."),
        ({"channels": 3}, "'channels' must be 1 or 2. Got 3."),
        ({"outer_channels": 0}, "'outer_channels' must be at least 1. Got 0."),
        ({"bands": 1}, "'bands' and 'min_hz' must make a transform. Got 1 and 32.9: A scale must have at least 2"),
        ({"min_hz": 30000.0}, "must make a transform. Got 262 and 30000"),
    ],
)
def test_an_impossible_configuration_is_refused(settings, message):
    with pytest.raises(SettingsError, match=message):
        XumxSlicqConfig(**settings)
