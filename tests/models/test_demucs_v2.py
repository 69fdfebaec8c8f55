"""Demucs 1 and 2: sizes, key layout, lengths, context, and the published file format."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.demucs_v2 import DemucsInContext, DemucsV2, load_network
from models.demucs_v2_config import DEMUCS_V1, DEMUCS_V2, DemucsV2Config
from models.errors import SettingsError, WeightError
from models.seeding import seeded_torch

SMALL_V2 = replace(DEMUCS_V2, hidden_channels=4, depth=4)
SMALL_V1 = replace(DEMUCS_V1, hidden_channels=4, depth=4)
LENGTHS = [1, 2, 7, 255, 1000, 4097]


def _network(config):
    with seeded_torch(3):
        return DemucsV2(config).eval()


def _noise(samples, batch=1):
    return torch.randn(batch, 2, samples, generator=torch.Generator().manual_seed(samples))


def _separate(network, mixture):
    with torch.no_grad():
        return network(mixture)


def save_published_format(network, path):
    torch.save({key: tensor.clone() for key, tensor in network.state_dict().items()}, path)


@pytest.mark.parametrize(
    ("config", "parameters"),
    [
        (DEMUCS_V2, 265_679_496),
        (replace(DEMUCS_V2, hidden_channels=48), 149_462_504),
        (replace(DEMUCS_V2, hidden_channels=32), 66_443_592),
        (DEMUCS_V1, 648_548_208),
    ],
)
def test_full_size_networks_have_the_published_number_of_parameters(config, parameters):
    with torch.device("meta"):
        network = DemucsV2(config)
    assert sum(parameter.numel() for parameter in network.parameters()) == parameters


def test_the_state_of_the_full_size_network_has_the_published_layout():
    with torch.device("meta"):
        shapes = {key: tuple(tensor.shape) for key, tensor in DemucsV2().state_dict().items()}
    expected = {}
    inputs = 2
    for level, width in enumerate((64, 128, 256, 512, 1024, 2048)):
        outputs = 8 if level == 0 else inputs
        for key, shape in (
            (f"encoder.{level}.0", (width, inputs, 8)),
            (f"encoder.{level}.2", (2 * width, width, 1)),
            (f"decoder.{5 - level}.0", (2 * width, width, 3)),
            (f"decoder.{5 - level}.2", (width, outputs, 8)),
        ):
            biases = shape[1] if key == f"decoder.{5 - level}.2" else shape[0]
            expected |= {f"{key}.weight": shape, f"{key}.bias": (biases,)}
        inputs = width
    for layer, features in ((0, 2048), (1, 4096)):
        for suffix in ("", "_reverse"):
            expected |= {
                f"lstm.lstm.weight_ih_l{layer}{suffix}": (8192, features),
                f"lstm.lstm.weight_hh_l{layer}{suffix}": (8192, 2048),
                f"lstm.lstm.bias_ih_l{layer}{suffix}": (8192,),
                f"lstm.lstm.bias_hh_l{layer}{suffix}": (8192,),
            }
    expected |= {"lstm.linear.weight": (2048, 4096), "lstm.linear.bias": (2048,)}
    assert shapes == expected


@pytest.mark.parametrize("config", [SMALL_V1, SMALL_V2, replace(DEMUCS_V2, hidden_channels=2)])
@pytest.mark.parametrize("samples", LENGTHS)
def test_stems_are_exactly_as_long_as_the_mixture(config, samples):
    assert _separate(_network(config), _noise(samples, batch=2)).shape == (2, 4, 2, samples)


# Lengths with which the originals padded; computed with their code.
@pytest.mark.parametrize(
    ("config", "samples", "padding"),
    [
        (DEMUCS_V2, 1, (4436, 4437)),
        (DEMUCS_V2, 441_000, (3073, 3073)),
        (DEMUCS_V2, 1_764_000, (3077, 3077)),
        (DEMUCS_V1, 441_000, (5462, 5462)),
        (DEMUCS_V1, 640_000, (6314, 6314)),
    ],
)
def test_a_segment_is_padded_as_by_the_original(config, samples, padding):
    with torch.device("meta"):
        network = DemucsV2(replace(config, hidden_channels=1))
    assert network.padding(samples) == padding
    assert network.valid_length(samples) == samples + sum(padding)


def _separate_in_context(network, song, start, samples):
    """Do what an engine does: cut the chunk out of the middle of what the wrapped network returns."""
    wrapped = DemucsInContext(network)
    left = (wrapped.input_samples(samples) - samples) // 2
    first, last = start - left, start - left + wrapped.input_samples(samples)
    padded = torch.zeros(1, 2, last - first)
    inside = slice(max(0, first), min(song.shape[-1], last))
    padded[..., inside.start - first : inside.stop - first] = song[..., inside]
    stems = _separate(wrapped, padded)
    assert stems.shape == (1, 4, 2, padded.shape[-1])
    return stems[..., left : left + samples]


@pytest.mark.parametrize("config", [SMALL_V1, SMALL_V2])
@pytest.mark.parametrize("samples", [1, 900, 901, 1023])
def test_a_song_in_the_context_of_silence_is_what_forward_makes_of_it(config, samples):
    network, mixture = _network(config), _noise(samples)
    assert torch.equal(_separate_in_context(network, mixture, 0, samples), _separate(network, mixture))


def test_context_from_the_song_changes_the_edges_of_a_segment():
    network, song = _network(replace(SMALL_V2, lstm_layers=0)), _noise(6000)
    within_song = _separate_in_context(network, song, 2000, 2000)
    alone = _separate(network, song[..., 2000:4000])
    difference = (within_song - alone).abs().amax(dim=(0, 1, 2))
    assert difference[:10].max() > 1e-3
    # Without an LSTM the network sees a bounded stretch: the middle does not know of the edges.
    assert difference[950:1050].max() < 1e-6


@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize("samples", [1, 3000])
def test_silence_gives_finite_stems(normalize, samples):
    stems = _separate(_network(replace(SMALL_V2, normalize=normalize)), torch.zeros(1, 2, samples))
    assert torch.isfinite(stems).all()
    # The biases are audible unless the input's own level multiplies the output.
    assert (stems.abs().max() == 0) == normalize


def test_the_network_that_normalises_follows_the_level_of_its_input():
    network, mixture = _network(replace(SMALL_V2, normalize=True, level_floor=0.0)), _noise(3000)
    assert torch.allclose(_separate(network, 8 * mixture), 8 * _separate(network, mixture), atol=1e-5)


def test_examples_of_a_batch_do_not_influence_each_other():
    network = _network(SMALL_V2)
    batch = torch.cat([_noise(1500), 3 * _noise(1500).flip(-1)])
    assert torch.allclose(_separate(network, batch)[1:], _separate(network, batch[1:]), atol=1e-6)


def test_the_mixture_is_left_as_it_is():
    mixture = _noise(500)
    before = mixture.clone()
    _separate(_network(SMALL_V2), mixture)
    assert torch.equal(mixture, before)


def test_initial_weights_are_drawn_half_way_to_the_reference_deviation():
    plain, rescaled = _network(replace(SMALL_V2, rescale=0.0)), _network(SMALL_V2)
    before, after = plain.encoder[1][0], rescaled.encoder[1][0]
    divisor = (before.weight.std() / 0.1).sqrt()
    assert torch.allclose(after.weight, before.weight / divisor)
    assert torch.allclose(after.bias, before.bias / divisor)


@pytest.mark.parametrize(
    "config",
    [SMALL_V2, replace(SMALL_V2, hidden_channels=6), replace(SMALL_V2, glu=False, rewrite=False)],
    ids=["small", "wider", "bare"],
)
def test_saved_weights_load_with_bit_equal_output(tmp_path, config):
    network = _network(config)
    save_published_format(network, tmp_path / "demucs.th")
    loaded = load_network(tmp_path / "demucs.th", "demucs", base=replace(config, hidden_channels=64))
    assert loaded.config == config
    assert torch.equal(_separate(loaded, _noise(800)), _separate(network, _noise(800)))


def test_half_precision_weights_load_as_float32(tmp_path):
    network = _network(SMALL_V2).half()
    save_published_format(network, tmp_path / "demucs.th")
    loaded = load_network(tmp_path / "demucs.th", "demucs", base=SMALL_V2)
    for mine, theirs in zip(loaded.parameters(), network.parameters(), strict=True):
        assert torch.equal(mine, theirs.float())


def _missing(state):
    del state["lstm.linear.bias"]


def _additional(state):
    state["encoder.9.0.weight"] = torch.zeros(1)


def _misshapen(state):
    state["decoder.0.2.bias"] = torch.zeros(3)


@pytest.mark.parametrize(
    ("spoil", "key"),
    [(_missing, "lstm.linear.bias"), (_additional, "encoder.9.0.weight"), (_misshapen, "decoder.0.2.bias")],
)
def test_a_state_that_does_not_fit_is_refused_by_name(tmp_path, spoil, key):
    state = dict(_network(SMALL_V2).state_dict())
    spoil(state)
    torch.save(state, tmp_path / "demucs.th")
    with pytest.raises(WeightError, match=f"(?s)bare state dict of a Demucs network.*{key}.*mdx models show demucs"):
        load_network(tmp_path / "demucs.th", "demucs", base=SMALL_V2)


@pytest.mark.parametrize("content", [{}, [], torch.zeros(3), {"encoder.0.0.weight": "text"}, {"compressed": b"x"}])
def test_a_file_of_something_else_is_refused(tmp_path, content):
    torch.save(content, tmp_path / "other.th")
    with pytest.raises(WeightError, match="other.th"):
        load_network(tmp_path / "other.th", "demucs")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"depth": 0}, "'depth' must be at least 1. Got 0"),
        ({"sources": ()}, "distinct sources"),
        ({"sources": ("bass", "bass")}, "distinct sources"),
        ({"lstm_layers": -1}, "'lstm_layers' must not be negative. Got -1"),
        ({"stride": 9}, "at most the kernel's size, 8. Got 9"),
        ({"growth": 0.5}, "'growth' must be at least 1. Got 0.5"),
    ],
)
def test_a_config_that_no_network_can_have_is_refused(change, message):
    with pytest.raises(SettingsError, match=message):
        DemucsV2Config(**change)
