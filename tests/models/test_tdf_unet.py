"""The TFC-TDF U-Net: published sizes, names, the arithmetic of its blocks."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as functional

from models.errors import SettingsError
from models.tdf_unet import TDFConfig, TDFUNet
from tests.models.tdf_small import small_unet


@pytest.mark.parametrize(
    ("sizes", "parameters"),
    [
        # 4 bytes each: 29.69 and 21.92 MB of published files of 29.70 and 21.93 MB.
        pytest.param({}, 7_423_236, id="all of A, most of B"),
        pytest.param({"blocks": 9, "frames": 128}, 5_480_196, id="drums of B"),
    ],
)
def test_the_published_sizes_have_the_published_numbers_of_weights(sizes, parameters):
    with torch.device("meta"):
        network = TDFUNet(TDFConfig(**sizes))
    assert sum(weight.numel() for weight in network.parameters()) == parameters


def test_the_keys_are_those_of_the_publishers_training_code():
    keys = set(small_unet(blocks=5, layers=2).state_dict())
    assert {key.split(".")[0] for key in keys} == {
        *("first_conv", "encoding_blocks", "ds", "bottleneck_block", "us", "decoding_blocks", "final_conv")
    }
    block = {
        *(f"tfc.H.{layer}.{part}" for layer in (0, 1) for part in ("0.weight", "0.bias")),
        *("tdf.0.weight", "tdf.3.weight"),
    }
    norm = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
    block |= {f"{place}.{name}" for place in ("tfc.H.0.1", "tfc.H.1.1", "tdf.1", "tdf.4") for name in norm}
    assert {key.removeprefix("bottleneck_block.") for key in keys if key.startswith("bottleneck_block.")} == block
    assert {"ds.1.0.weight", "us.1.0.weight", "encoding_blocks.1.tdf.3.weight", "final_conv.0.bias"} <= keys
    assert "tdf.0.bias" not in block
    assert "bottleneck_block.tdf.0.bias" in small_unet(linear_bias=True).state_dict()


def test_the_network_equals_its_definition_written_with_plain_functions():
    network = small_unet(blocks=3, layers=2, growth=3)
    state = network.state_dict()
    spectrum = torch.randn(2, 4, 16, 8, generator=torch.Generator().manual_seed(2))

    def normed(features, key):
        statistics = (state[f"{key}.running_mean"], state[f"{key}.running_var"])
        return torch.relu(
            functional.batch_norm(features, *statistics, state[f"{key}.weight"], state[f"{key}.bias"], eps=1e-5)
        )

    def convolved(features, key, convolve=functional.conv2d, **how):
        return normed(convolve(features, state[f"{key}.0.weight"], state[f"{key}.0.bias"], **how), f"{key}.1")

    def block(features, key):
        for layer in range(2):
            features = convolved(features, f"{key}.tfc.H.{layer}", padding=1)
        narrow = normed(features @ state[f"{key}.tdf.0.weight"].T, f"{key}.tdf.1")
        return features + normed(narrow @ state[f"{key}.tdf.3.weight"].T, f"{key}.tdf.4")

    first = block(convolved(spectrum.mT, "first_conv"), "encoding_blocks.0")
    middle = block(convolved(first, "ds.0", stride=2), "bottleneck_block")
    risen = convolved(middle, "us.0", functional.conv_transpose2d, stride=2)
    last = block(risen * first, "decoding_blocks.0")
    expected = functional.conv2d(last, state["final_conv.0.weight"], state["final_conv.0.bias"]).mT

    with torch.inference_mode():
        estimate = network(spectrum)
    assert estimate.abs().max() > 0.01
    assert torch.allclose(estimate, expected, atol=1e-6)


def test_random_weights_give_silence_for_silence():
    network = TDFUNet(TDFConfig(frames=4, band_bins=16, blocks=3, growth=2)).eval()
    with torch.inference_mode():
        assert network(torch.zeros(1, 4, 16, 4)).abs().max() == 0


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"blocks": 4}, "'blocks' of a TFC-TDF U-Net must be odd. Got 4"),
        ({"kernel_size": 2}, "'kernel_size' of a TFC-TDF U-Net must be odd. Got 2"),
        ({"growth": 0}, "'growth' of a TFC-TDF U-Net must be at least 1. Got 0"),
        ({"frames": 100}, "'frames' of a TFC-TDF U-Net must be a multiple of 32, as there are 11 blocks. Got 100"),
        ({"band_bins": 128}, "'band_bins' .* must be a multiple of 32 and at least 256 .* Got 128"),
    ],
)
def test_sizes_that_no_network_has_are_refused(sizes, message):
    with pytest.raises(SettingsError, match=message):
        TDFConfig(**sizes)
