"""SCNet: sizes, key layout, transform, lengths, and its published file formats."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.errors import MixtureError, SettingsError, WeightError
from models.files.weight_files import sha256_of
from models.manifest import ModelEntry, WeightFile
from models.registry import BuildOptions
from models.scnet import SCNet, SCNetConfig, build, load_network
from models.seeding import seeded_torch

SMALL = SCNetConfig(widths=(4, 6), compression=2, conv_depths=(2, 1, 1), dual_path_layers=2)
SMALL = replace(SMALL, window_samples=256, hop_samples=64)
LARGE = SCNetConfig(widths=(64, 128, 256), band_shares=(0.225, 0.372, 0.403))
XL = replace(LARGE, band_shares=(0.230, 0.370, 0.400), dual_path_layers=8)
IHF = replace(XL, band_strides=(1, 4, 4), band_kernels=(3, 4, 4), conv_depths=(3, 3, 3))
LENGTHS = [1, 63, 64, 128, 129, 500, 1111]


def small_network(config=SMALL):
    with seeded_torch(1):
        return SCNet(config).eval()


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)) * 0.1


def separate(network, mixture):
    with torch.no_grad():
        return network(mixture)


def save_published_format(network, path, key=None, prefix=""):
    state = {prefix + name: tensor.clone() for name, tensor in network.state_dict().items()}
    torch.save(state if key is None else {key: state, "epoch": 3, "best_nsdr": 9.03}, path)
    return path


@pytest.mark.parametrize(
    ("config", "parameters"),
    [(SCNetConfig(), 10_578_768), (LARGE, 42_181_232), (XL, 54_006_896), (IHF, 53_466_800)],
    ids=["small", "large", "XL", "XL IHF"],
)
def test_full_size_networks_have_the_published_number_of_parameters(config, parameters):
    # The published files are 42.43, 168.85 and, for XL IHF, 214.06 MB: four bytes each and their names.
    with torch.device("meta"):
        network = SCNet(config)
    assert sum(parameter.numel() for parameter in network.parameters()) == parameters


def expected_layout(config):
    """The names and shapes of the published state dict, written out from the sizes."""
    shapes = {}

    def layer(name, *shape):
        shapes.update({f"{name}.weight": shape, f"{name}.bias": shape[:1]})

    ins, outs = (4, *config.widths[:-1]), config.widths
    for stage, (before, width) in enumerate(zip(ins, outs, strict=True)):
        hidden = width // config.compression
        for band, kernel in enumerate(config.band_kernels):
            layer(f"encoder.{stage}.SDlayer.convs.{band}", width, before, kernel, 1)
            for depth in range(config.conv_depths[band]):
                part = f"encoder.{stage}.conv_modules.{band}.layers.{depth}"
                layer(f"{part}.0", width)
                layer(f"{part}.1", 2 * hidden, width, config.conv_kernel)
                layer(f"{part}.3", hidden, 1, config.conv_kernel)
                layer(f"{part}.4", hidden)
                layer(f"{part}.6", width, hidden, 1)
            after = before if stage else 4 * len(config.stems)
            grow = f"decoder.{len(outs) - 1 - stage}.1.convtrs.{band}"
            shapes |= {f"{grow}.weight": (width, after, kernel, 1), f"{grow}.bias": (after,)}
        layer(f"encoder.{stage}.globalconv", width, width, 3, 3)
        layer(f"decoder.{len(outs) - 1 - stage}.0.conv", 2 * width, 2 * width, 3, 3)
    for index in range(config.dual_path_layers):
        channels = outs[-1] * (1 + index % 2)
        hidden = channels * config.expansion
        for path in range(2):
            part = f"separation_net.dp_modules.{index}"
            for end in ("l0", "l0_reverse"):
                shapes[f"{part}.lstm_layers.{path}.weight_ih_{end}"] = (4 * hidden, channels)
                shapes[f"{part}.lstm_layers.{path}.weight_hh_{end}"] = (4 * hidden, hidden)
                shapes[f"{part}.lstm_layers.{path}.bias_ih_{end}"] = (4 * hidden,)
                shapes[f"{part}.lstm_layers.{path}.bias_hh_{end}"] = (4 * hidden,)
            layer(f"{part}.linear_layers.{path}", channels, 2 * hidden)
            layer(f"{part}.norm_layers.{path}", channels)
    return shapes


@pytest.mark.parametrize("config", [SCNetConfig(), LARGE, XL, IHF, SMALL], ids=["small", "large", "XL", "IHF", "tiny"])
def test_the_state_has_the_published_layout(config):
    with torch.device("meta"):
        shapes = {name: tuple(tensor.shape) for name, tensor in SCNet(config).state_dict().items()}
    assert shapes == expected_layout(config)


@pytest.mark.parametrize("samples", LENGTHS)
def test_stems_are_exactly_as_long_as_the_mixture(samples):
    mixture = noise(2, 2, samples)
    kept = mixture.clone()
    stems = separate(small_network(), mixture)
    assert stems.shape == (2, 4, 2, samples)
    assert torch.isfinite(stems).all()
    assert torch.equal(mixture, kept)


def test_a_mixture_is_filled_up_to_an_even_number_of_frames():
    network = small_network()
    for samples in range(1, 2000, 7):
        length = network.padded_samples(samples)
        assert length > samples
        assert (length // 64 + 1) % 2 == 0
        assert length % 64 == 0
        assert samples < 129 or length - samples <= 128
    # Lengths of the published code, whose frames are 1024 samples apart.
    with torch.device("meta"):
        published = SCNet()
    assert [published.padded_samples(samples) for samples in (2049, 3071, 3072, 485_100)] == [3072, 3072, 5120, 486_400]


@pytest.mark.parametrize("samples", LENGTHS)
def test_a_network_that_copies_its_input_gives_the_mixture_for_every_stem(samples):
    network, mixture = small_network(), noise(2, 2, samples)
    network._estimate = lambda features: features.repeat(1, 4, 1, 1)
    assert torch.allclose(network(mixture), mixture[:, None].expand(-1, 4, -1, -1), atol=1e-6)


def test_the_features_are_torchs_spectrum_without_a_window():
    network, mixture, seen = small_network(), noise(1, 2, 500), []
    network._estimate = lambda features: seen.append(features) or features.repeat(1, 4, 1, 1)
    network(mixture)
    padded = torch.nn.functional.pad(mixture[0], (0, 576 - 500))
    spectrum = torch.stft(padded, 256, 64, window=torch.ones(256), normalized=True, return_complex=True)
    expected = torch.stack([spectrum[0].real, spectrum[0].imag, spectrum[1].real, spectrum[1].imag])
    assert torch.allclose(seen[0][0], expected, atol=1e-6)


@pytest.mark.parametrize("samples", [1, 700])
def test_silence_gives_silence(samples):
    mixture = torch.stack([torch.zeros(2, samples), noise(2, samples)])
    stems = separate(small_network(), mixture)
    assert stems[0].abs().max() == 0
    assert stems[1].abs().max() > 0


def test_examples_of_a_batch_do_not_influence_each_other():
    network, mixture = small_network(), noise(3, 2, 400)
    assert torch.allclose(separate(network, mixture)[1:2], separate(network, mixture[1:2]), atol=1e-6)


def test_half_precision_stays_close_and_its_transforms_do_not_fail():
    network, mixture = small_network(), noise(1, 2, 1000)
    expected = separate(network, mixture)
    with torch.autocast("cpu", torch.bfloat16):
        stems = separate(network, mixture)
    assert stems.dtype == torch.float32
    assert (stems - expected).square().mean() < 1e-3 * expected.square().mean()


@pytest.mark.parametrize("key", [None, "state", "state_dict", "model_state_dict", "best_state"])
@pytest.mark.parametrize("prefix", ["", "module."])
def test_saved_weights_load_with_bit_equal_output(tmp_path, key, prefix):
    network, mixture = small_network(), noise(1, 2, 700)
    path = save_published_format(network, tmp_path / "scnet.ckpt", key, prefix)
    loaded = load_network(path, "scnet", SMALL)
    assert not loaded.training
    assert torch.equal(separate(loaded, mixture), separate(network, mixture))


@pytest.mark.parametrize(
    "config",
    [
        SMALL,
        replace(SMALL, widths=(6, 4, 8), compression=1, expansion=2),
        replace(SMALL, conv_depths=(1, 3, 2), conv_kernel=5, dual_path_layers=4),
        replace(SMALL, band_strides=(1, 4, 4), band_kernels=(5, 8, 4), stems=("vocals", "other")),
    ],
)
def test_sizes_are_read_off_the_file(tmp_path, config):
    path = save_published_format(small_network(config), tmp_path / "scnet.ckpt")
    told = SCNetConfig(
        stems=config.stems,
        band_strides=config.band_strides,
        window_samples=256,
        hop_samples=64,
        band_kernels=config.band_strides,
    )
    assert load_network(path, "scnet", told).config == config


@pytest.mark.parametrize("key", ["encoder.1.globalconv.weight", "separation_net.dp_modules.1.norm_layers.1.bias"])
def test_a_missing_tensor_is_refused_by_name(tmp_path, key):
    state = dict(small_network().state_dict())
    del state[key]
    torch.save(state, tmp_path / "scnet.ckpt")
    with pytest.raises(WeightError, match=f"(?s)state dict of an SCNet.*{key}.*mdx models show scnet"):
        load_network(tmp_path / "scnet.ckpt", "scnet", SMALL)


def test_weights_for_other_stems_are_refused(tmp_path):
    path = save_published_format(small_network(), tmp_path / "scnet.ckpt")
    with pytest.raises(WeightError, match="size mismatch for decoder.1.1.convtrs.0.weight"):
        load_network(path, "scnet", replace(SMALL, stems=("vocals", "other")))


@pytest.mark.parametrize("content", [{}, [], torch.zeros(3), {"state": {"conv.weight": "text"}}, {"a": torch.zeros(1)}])
def test_a_file_of_something_else_is_refused(tmp_path, content):
    torch.save(content, tmp_path / "other.ckpt")
    with pytest.raises(WeightError, match="other.ckpt"):
        load_network(tmp_path / "other.ckpt", "scnet", SMALL)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stems", ("bass", "bass")),
        ("widths", ()),
        ("widths", (4, 1)),
        ("band_shares", (0.5, 0.5)),
        ("band_shares", (0.6, 0.4, 0.0)),
        ("band_kernels", (3, 4, 15)),
        ("conv_kernel", 2),
        ("dual_path_layers", 5),
    ],
)
def test_a_config_that_no_network_can_have_is_refused_by_field(field, value):
    with pytest.raises(SettingsError, match=f"The field '{field}' of SCNet must .* Got "):
        replace(SMALL, **{field: value})


@pytest.mark.parametrize("shape", [(2, 100), (1, 1, 100), (1, 2, 0)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(MixtureError, match="must have the shape"):
        small_network()(torch.zeros(shape))


def row(path=None, **changes):
    facts = {"segment_samples": 4851, "overlap": 0.75, "normalisation": "mono"}
    sizes = {"widths": [4, 6], "compression": 2, "conv_depths": [2, 1, 1], "dual_path_layers": 2}
    sha256 = "0" * 64 if path is None else sha256_of(path)
    file = WeightFile(role="all", name="scnet.ckpt", urls=("https://example.org/scnet.ckpt",), sha256_prefix=sha256)
    return ModelEntry(
        name="scnet",
        builder="models.scnet:build",
        summary="",
        licence="MIT",
        training_data="none",
        leaderboards=(),
        weights=(file,),
        architecture={**facts, "network": {**sizes, "window_samples": 256, "hop_samples": 64}, **changes},
    )


def test_the_row_says_how_the_network_is_run():
    bag = build(row(), BuildOptions(torch.device("cpu"), random_weights=True))
    (member,) = bag.members
    assert (member.segment_samples, member.overlap, member.normalisation) == (4851, 0.75, "mono")
    assert member.stem_weights == dict.fromkeys(bag.stems, 1.0)
    assert member.network.config == SMALL


def test_random_arguments_go_over_the_rows_sizes():
    settings = {"random_arguments": {"widths": [8, 8]}}
    bag = build(row(), BuildOptions(torch.device("cpu"), random_weights=True, settings=settings))
    assert bag.members[0].network.config == replace(SMALL, widths=(8, 8))


def test_a_row_builds_the_network_of_its_file(tmp_path, bare_machine):
    path = save_published_format(small_network(), tmp_path / "scnet.ckpt")
    options = BuildOptions(torch.device("cpu"), settings={"weights_folder": str(tmp_path)})
    network = build(row(path), options).members[0].network
    assert torch.equal(separate(network, noise(1, 2, 300)), separate(small_network(), noise(1, 2, 300)))


def test_a_row_without_its_facts_is_refused():
    with pytest.raises(SettingsError, match="'normalisation'"):
        build(row(normalisation="peak"), BuildOptions(torch.device("cpu"), random_weights=True))
