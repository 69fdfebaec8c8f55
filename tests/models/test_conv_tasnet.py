"""Conv-TasNet: sizes, key layout, lengths, and its published file format."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.conv_tasnet import CONV_TASNET, ConvTasNet, ConvTasNetConfig, load_network
from models.errors import SettingsError, WeightError
from models.seeding import seeded_torch

SMALL = replace(CONV_TASNET, filters=8, bottleneck_channels=6, block_channels=10, blocks=3, repeats=2)


def _network(config):
    with seeded_torch(3):
        return ConvTasNet(config).eval()


def _noise(samples, batch=1):
    return torch.randn(batch, 2, samples, generator=torch.Generator().manual_seed(samples))


def _separate(network, mixture):
    with torch.no_grad():
        return network(mixture)


def save_published_format(network, path):
    torch.save({key: tensor.clone() for key, tensor in network.state_dict().items()}, path)


@pytest.mark.parametrize(("blocks", "parameters"), [(10, 10_977_872), (8, 8_852_032)])
def test_full_size_networks_have_the_published_number_of_parameters(blocks, parameters):
    with torch.device("meta"):
        network = ConvTasNet(replace(CONV_TASNET, blocks=blocks))
    assert sum(parameter.numel() for parameter in network.parameters()) == parameters


def test_the_state_of_the_full_size_network_has_the_published_layout():
    with torch.device("meta"):
        shapes = {key: tuple(tensor.shape) for key, tensor in ConvTasNet().state_dict().items()}
    mask = "separator.network"
    expected = {
        "encoder.conv1d_U.weight": (256, 2, 20),
        f"{mask}.0.gamma": (1, 256, 1),
        f"{mask}.0.beta": (1, 256, 1),
        f"{mask}.1.weight": (256, 256, 1),
        f"{mask}.3.weight": (1024, 256, 1),
        "decoder.basis_signals.weight": (40, 256),
    }
    for block in (f"{mask}.2.{repeat}.{position}.net" for repeat in range(4) for position in range(10)):
        expected |= {
            f"{block}.0.weight": (512, 256, 1),
            f"{block}.1.weight": (1,),
            f"{block}.2.gamma": (1, 512, 1),
            f"{block}.2.beta": (1, 512, 1),
            f"{block}.3.net.0.weight": (512, 1, 3),
            f"{block}.3.net.1.weight": (1,),
            f"{block}.3.net.2.gamma": (1, 512, 1),
            f"{block}.3.net.2.beta": (1, 512, 1),
            f"{block}.3.net.3.weight": (256, 512, 1),
        }
    assert shapes == expected


@pytest.mark.parametrize("block_norm", ["gLN", "cLN"])
@pytest.mark.parametrize("samples", [1, 9, 10, 19, 20, 21, 29, 30, 1001])
def test_stems_are_exactly_as_long_as_the_mixture(samples, block_norm):
    stems = _separate(_network(replace(SMALL, block_norm=block_norm)), _noise(samples, batch=2))
    assert stems.shape == (2, 4, 2, samples)
    assert torch.isfinite(stems).all()


def test_only_samples_after_the_last_whole_frame_are_silent():
    stems = _separate(_network(SMALL), _noise(1007))
    assert stems[..., 1000:].abs().max() == 0
    assert (stems[..., :1000].abs().amax(dim=(0, 1, 2)) > 0).all()


@pytest.mark.parametrize("samples", [1, 1000])
def test_silence_gives_silence(samples):
    assert _separate(_network(SMALL), torch.zeros(1, 2, samples)).abs().max() == 0


def test_pieces_of_neighbouring_frames_overlap_by_half():
    network = _network(replace(SMALL, filter_samples=4, filters=2, audio_channels=1))
    with torch.no_grad():
        # Of a frame's four samples in one channel, the first filter gives 1, 2, 3, 4.
        network.decoder.basis_signals.weight[:, 0] = torch.tensor([1.0, 2.0, 3.0, 4.0])
        masked = torch.zeros(1, 1, 2, 3)
        masked[0, 0, 0] = torch.tensor([1.0, 10.0, 100.0])
        signal = network.decoder(masked)[0, 0, 0]
    assert signal.tolist() == [1, 2, 3 + 10, 4 + 20, 30 + 100, 40 + 200, 300, 400]


@pytest.mark.parametrize("block_norm", ["gLN", "cLN"])
def test_blocks_normalise_over_the_axes_that_their_name_says(block_norm):
    norm = _network(replace(SMALL, block_norm=block_norm)).separator.network[2][0][0].net[2]
    torch.nn.init.ones_(norm.gamma)
    torch.nn.init.zeros_(norm.beta)
    features = 5 + 3 * torch.randn(1, 10, 400, generator=torch.Generator().manual_seed(1))
    normalised = norm(features).detach()
    axes = (1, 2) if block_norm == "gLN" else (1,)
    assert torch.allclose(normalised.mean(dim=axes), torch.zeros(()), atol=1e-3)
    assert torch.allclose(normalised.std(dim=axes, correction=0), torch.ones(()), atol=1e-3)


def test_frames_are_masked_by_nothing_negative():
    network = _network(SMALL)
    with torch.no_grad():
        frames = network.encoder(_noise(500))
        assert frames.min() == 0
        assert network.separator(frames).min() == 0


def test_examples_of_a_batch_do_not_influence_each_other():
    network = _network(SMALL)
    batch = torch.cat([_noise(500), 3 * _noise(500).flip(-1)])
    assert torch.allclose(_separate(network, batch)[1:], _separate(network, batch[1:]), atol=1e-5)


@pytest.mark.parametrize("blocks", [1, 3])
def test_saved_weights_load_with_bit_equal_output(tmp_path, blocks):
    # The file names no sizes: all but the number of blocks are those of the published network.
    network = _network(replace(CONV_TASNET, blocks=blocks))
    save_published_format(network, tmp_path / "tasnet.th")
    loaded = load_network(tmp_path / "tasnet.th", "tasnet")
    assert loaded.config == network.config
    assert torch.equal(_separate(loaded, _noise(800)), _separate(network, _noise(800)))


@pytest.mark.parametrize("key", ["encoder.conv1d_U.weight", "separator.network.2.1.0.net.3.net.2.beta"])
def test_a_missing_tensor_is_refused_by_name(tmp_path, key):
    state = dict(_network(replace(CONV_TASNET, blocks=1)).state_dict())
    del state[key]
    torch.save(state, tmp_path / "tasnet.th")
    with pytest.raises(WeightError, match=f"(?s)stereo Conv-TasNet.*{key}.*mdx models show tasnet"):
        load_network(tmp_path / "tasnet.th", "tasnet")


@pytest.mark.parametrize("content", [{}, [], torch.zeros(3), {"separator.network.2.0.0.net.0.weight": "text"}])
def test_a_file_of_something_else_is_refused(tmp_path, content):
    torch.save(content, tmp_path / "other.th")
    with pytest.raises(WeightError, match="other.th"):
        load_network(tmp_path / "other.th", "tasnet")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"blocks": 0}, "'blocks' must be at least 1. Got 0"),
        ({"sources": ("bass", "bass")}, "distinct sources"),
        ({"filter_samples": 21}, "must be even, 2 or more. Got 21"),
        ({"kernel_size": 2}, "must be odd, 1 or more. Got 2"),
        ({"block_norm": "BN"}, "'gLN' or 'cLN'. Got 'BN'"),
    ],
)
def test_a_config_that_no_network_can_have_is_refused(change, message):
    with pytest.raises(SettingsError, match=message):
        ConvTasNetConfig(**change)
