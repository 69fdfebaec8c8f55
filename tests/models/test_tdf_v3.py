"""TFC-TDF v3: key layout, size, transform, subbands, lengths."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from models.errors import MixtureError, SettingsError
from models.seeding import seeded_torch
from models.tdf_v3 import PUBLISHED, TDFV3, TINY


def small_network(config=TINY):
    with seeded_torch(1):
        return TDFV3(config).eval()


def noise(*shape, seed=0):
    return 0.1 * torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def expected_layout(config):
    """The names and shapes of the published state dict, written out from the sizes."""
    shapes = {}

    def normed(name, channels):
        shapes.update({f"{name}.weight": (channels,), f"{name}.bias": (channels,)})

    def blocks(name, channels_in, channels, bins):
        for block in range(config.blocks):
            part, before = f"{name}.blocks.{block}", channels if block else channels_in
            normed(f"{part}.tfc1.0", before)
            shapes[f"{part}.tfc1.2.weight"] = (channels, before, 3, 3)
            normed(f"{part}.tdf.0", channels)
            shapes[f"{part}.tdf.2.weight"] = (bins // config.bottleneck, bins)
            normed(f"{part}.tdf.3", channels)
            shapes[f"{part}.tdf.5.weight"] = (bins, bins // config.bottleneck)
            normed(f"{part}.tfc2.0", channels)
            shapes[f"{part}.tfc2.2.weight"] = (channels, channels, 3, 3)
            shapes[f"{part}.shortcut.weight"] = (channels, before, 1, 1)

    parts = 2 * config.channels * config.subbands
    widths = [config.width + level * config.growth for level in range(config.scales + 1)]
    bins = [config.band_bins // config.subbands // 2**level for level in range(config.scales + 1)]
    shapes["first_conv.weight"] = (widths[0], parts, 1, 1)
    for level in range(config.scales):
        wide, wider = widths[level], widths[level + 1]
        blocks(f"encoder_blocks.{level}.tfc_tdf", wide, wide, bins[level])
        normed(f"encoder_blocks.{level}.downscale.conv.0", wide)
        shapes[f"encoder_blocks.{level}.downscale.conv.2.weight"] = (wider, wide, 2, 2)
        back = f"decoder_blocks.{config.scales - 1 - level}"
        blocks(f"{back}.tfc_tdf", 2 * wide, wide, bins[level])
        normed(f"{back}.upscale.conv.0", wider)
        shapes[f"{back}.upscale.conv.2.weight"] = (wider, wide, 2, 2)
    blocks("bottleneck_block", widths[-1], widths[-1], bins[-1])
    shapes["final_conv.0.weight"] = (widths[0], widths[0] + parts, 1, 1)
    shapes["final_conv.2.weight"] = (parts * len(config.stems), widths[0], 1, 1)
    return shapes


@pytest.mark.parametrize("config", [TINY, replace(TINY, blocks=2, stems=("vocals",)), PUBLISHED])
def test_keys_and_shapes_are_those_of_the_published_state_dict(config):
    with torch.device("meta"):
        state = TDFV3(config).state_dict()
    assert {key: tuple(tensor.shape) for key, tensor in state.items()} == expected_layout(config)


def test_the_published_network_has_112_million_weights():
    # The published file of four stems has 448.12 MB, that of two 448.10: four bytes each and their names.
    with torch.device("meta"):
        network = TDFV3()
    assert sum(weight.numel() for weight in network.parameters()) == 111_994_368


def test_the_published_chunk_has_256_frames_and_needs_no_filling():
    with torch.device("meta"):
        network = TDFV3()
    assert network.input_samples(261_120) == 261_120
    assert network.input_samples(261_121) == 261_120 + 32 * 1024


@pytest.mark.parametrize("samples", [1, 127, 129, 64 * 3, 5000])
def test_lengths_are_exact_and_inputs_stay_as_they_are(samples):
    mixture = noise(2, 2, samples)
    kept = mixture.clone()
    with torch.no_grad():
        stems = small_network()(mixture)
    assert stems.shape == (2, 4, 2, samples)
    assert torch.equal(mixture, kept)


def test_silence_stays_silent():
    assert small_network()(torch.zeros(1, 2, 1000)).abs().max() == 0


def test_a_network_that_passes_the_spectrum_gives_the_mixture_below_its_band():
    # The last convolution copies the spectrum that it is given beside the features, for the second stem only.
    network = small_network(replace(TINY, band_bins=64))
    parts = network.config.spectrum_channels
    first, _, last = network.final_conv
    for layer in (first, last):
        nn.init.zeros_(layer.weight)
    network.final_conv[1] = nn.Identity()
    with torch.no_grad():
        for part in range(8):
            first.weight[part, part] = 1.0
            last.weight[parts + part, part] = 1.0
    assert parts == 8
    samples = network.input_samples(2000)
    time = torch.arange(samples) / 44100
    low, high = torch.sin(2 * torch.pi * 1000 * time), torch.sin(2 * torch.pi * 15_000 * time)
    with torch.no_grad():
        stems = network(torch.stack([low, low + high])[None])
    assert torch.equal(stems[:, [0, 2, 3]], torch.zeros(1, 3, 2, samples))
    # At the ends the mirrored tones have corners, whose sound lies above the band too.
    assert torch.allclose(stems[0, 1, :, 300:-300], low[300:-300].expand(2, -1), atol=2e-3)


def test_examples_of_a_batch_do_not_influence_each_other():
    network, batch = small_network(), noise(2, 2, 2000)
    with torch.no_grad():
        assert torch.allclose(network(batch)[1:], network(batch[1:]), atol=1e-5)


@pytest.mark.parametrize(("norm", "kind"), [("instance", nn.InstanceNorm2d), ("batch", nn.BatchNorm2d)])
def test_norms_are_what_their_name_says(norm, kind):
    network = small_network(replace(TINY, norm=norm))
    assert isinstance(network.encoder_blocks[0].tfc_tdf.blocks[0].tfc1[0], kind)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stems", ("bass", "bass")),
        ("subbands", 0),
        ("band_bins", 100),
        ("band_bins", 256),
        ("norm", "layer"),
        ("activation", "tanh"),
    ],
)
def test_a_config_that_no_network_can_have_is_refused_by_field(field, value):
    with pytest.raises(SettingsError, match=f"The field '{field}' of TFC-TDF v3 must .* Got "):
        replace(TINY, **{field: value})


@pytest.mark.parametrize("shape", [(2, 100), (1, 1, 100), (1, 2, 0)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(MixtureError, match="must have the shape"):
        small_network()(torch.zeros(shape))
