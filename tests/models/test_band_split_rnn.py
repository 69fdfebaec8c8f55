"""Band-split RNN: key layout, masks on the mixture's spectrum, lengths, file formats, and bags of one-stem networks."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.band_split_layers import BAND_TABLES, band_widths
from models.band_split_rnn import BandSplitRNN, BandSplitRNNConfig, build, load_network
from models.errors import MixtureError, SettingsError, WeightError
from models.files.weight_files import sha256_of
from models.manifest import ModelEntry, WeightFile
from models.registry import BuildOptions, model_entry
from models.seeding import seeded_torch
from separation.chunks import ChunkPlan

SMALL = BandSplitRNNConfig(
    band_bins=(2, 3, 3, 8, 17), frames=20, features=4, lstm_units=3, layers=2, mlp_units=5, hop_samples=16
)
CHUNK = 19 * 16


def small_network(config=SMALL):
    """A network whose normalisation is no identity, so that a swap of its tables is heard."""
    with seeded_torch(1):
        network = BandSplitRNN(config).eval()
        for name, parameter in network.named_parameters():
            if "norm" in name:
                parameter.data = torch.rand(parameter.shape) + 0.5
    return network


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)) * 0.1


def separate(network, mixture):
    with torch.no_grad():
        return network(mixture)


def state_of(network):
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def save_published_format(network, path):
    torch.save(state_of(network), path)
    return path


def full_size(stem):
    with torch.device("meta"):
        return BandSplitRNN(BandSplitRNNConfig(stem, band_bins=band_widths(BAND_TABLES[stem], 2048, 44_100)))


@pytest.mark.parametrize(
    ("stem", "parameters"),
    [("vocals", 32_414_628), ("other", 32_414_628), ("bass", 33_371_812), ("drums", 35_954_340)],
)
def test_full_size_networks_have_the_parameters_of_the_published_code(stem, parameters):
    assert sum(parameter.numel() for parameter in full_size(stem).parameters()) == parameters


def test_the_state_for_vocals_has_the_published_layout():
    expected = {}

    def layer(name, *shape):
        expected.update({f"{name}.weight": shape, f"{name}.bias": shape[:1]})

    for band, bins in enumerate(band_widths(BAND_TABLES["vocals"], 2048, 44_100)):
        size = 4 * bins
        for kind in ("weight", "bias"):
            expected[f"bandsplit.layernorms.{band}.{kind}"] = (size, 263)
            expected[f"maskest.layernorms.{band}.{kind}"] = (263, 128)
        layer(f"bandsplit.fcs.{band}", 128, size)
        layer(f"maskest.mlp.{band}.mlp.0", 512, 128)
        layer(f"maskest.mlp.{band}.mlp.2", size, 512)
        layer(f"maskest.mlp.{band}.mlp.3.linear", 2 * size, size)
    for part in (f"bandsequence.bsrnn.{pair}.{path}" for pair in range(12) for path in range(2)):
        layer(f"{part}.groupnorm", 128)
        layer(f"{part}.fc", 128, 512)
        for end in ("l0", "l0_reverse"):
            expected[f"{part}.rnn.weight_ih_{end}"] = (1024, 128)
            expected[f"{part}.rnn.weight_hh_{end}"] = (1024, 256)
            expected[f"{part}.rnn.bias_ih_{end}"] = expected[f"{part}.rnn.bias_hh_{end}"] = (1024,)
    network = full_size("vocals")
    assert {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()} == expected
    assert network.input_samples(1) == 134_144


@pytest.mark.parametrize("samples", [1, 15, 16, 17, 200, CHUNK])
def test_stems_are_exactly_as_long_as_the_mixture(samples):
    mixture = noise(2, 2, samples)
    kept = mixture.clone()
    stems = separate(small_network(), mixture)
    assert stems.shape == (2, 1, 2, samples)
    assert torch.isfinite(stems).all()
    assert torch.equal(mixture, kept)


def test_a_mixture_longer_than_a_chunk_is_refused():
    network = small_network()
    assert network.input_samples(3) == network.input_samples(CHUNK) == CHUNK
    with pytest.raises(MixtureError, match=f"at most {CHUNK} samples.*Got {CHUNK + 1}"):
        network(noise(1, 2, CHUNK + 1))


@pytest.mark.parametrize("samples", [1, CHUNK])
def test_silence_gives_silence(samples):
    assert separate(small_network(), torch.zeros(1, 2, samples)).abs().max() == 0


def test_a_mask_of_ones_gives_the_mixture():
    network, mixture = small_network(), noise(2, 2, CHUNK)
    for mlp in network.maskest.mlp:
        gate = mlp.mlp[3].linear
        gate.weight.data.zero_()
        # First half: the mask, of a band's real parts and then its imaginary parts. Second half: an open gate.
        real = torch.ones(2, 2, gate.in_features // 4) * torch.tensor([1.0, 0.0])[None, :, None]
        gate.bias.data = torch.cat([real.flatten(), torch.full((gate.in_features,), 100.0)])
    assert torch.allclose(separate(network, mixture)[:, 0], mixture, atol=1e-5)


def test_layers_see_the_spectrum_without_its_mean_and_deviation():
    network, mixture, seen = small_network(), noise(1, 2, CHUNK) + 0.2, []
    network.bandsplit.register_forward_pre_hook(lambda _, inputs: seen.extend(inputs[0]))
    separate(network, mixture)
    spectrum = torch.stft(mixture[0], 64, 16, window=torch.hann_window(64), return_complex=True)
    values = spectrum.flatten()
    deviation = ((values - values.mean()).abs().square().sum() / (len(values) - 1)).sqrt()
    normalised = (spectrum - values.mean()) / deviation
    second_band = normalised[:, 2:5]
    expected = torch.stack([second_band.real, second_band.imag], dim=1).flatten(0, 2)
    assert len(seen) == 5
    assert torch.allclose(seen[1][0], expected, atol=1e-4)


def test_louder_mixtures_give_louder_stems():
    network, mixture = small_network(), noise(1, 2, CHUNK)
    assert torch.allclose(separate(network, 64 * mixture), 64 * separate(network, mixture), rtol=1e-3, atol=1e-3)


def test_the_accompaniment_is_what_is_left_of_the_mixture():
    network, mixture = small_network(replace(SMALL, with_accompaniment=True)), noise(2, 2, 200)
    assert network.stems == ("vocals", "accompaniment")
    stems = separate(network, mixture)
    assert torch.equal(stems[:, :1], separate(small_network(), mixture))
    assert torch.allclose(stems.sum(dim=1), mixture, atol=1e-6)


def test_examples_of_a_batch_do_not_influence_each_other():
    network, mixture = small_network(), noise(3, 2, CHUNK)
    assert torch.allclose(separate(network, mixture)[1:2], separate(network, mixture[1:2]), atol=1e-5)


def test_half_precision_stays_close_and_its_transforms_do_not_fail():
    network, mixture = small_network(), noise(1, 2, CHUNK)
    expected = separate(network, mixture)
    with torch.autocast("cpu", torch.bfloat16):
        stems = separate(network, mixture)
    assert stems.dtype == torch.float32
    assert (stems - expected).square().mean() < 1e-3 * expected.square().mean()


def test_saved_weights_load_with_bit_equal_output(tmp_path):
    path = save_published_format(small_network(), tmp_path / "vocals.pt")
    told = BandSplitRNNConfig(hop_samples=16)
    loaded = load_network(path, "band_split_rnn", told)
    assert not loaded.training
    assert loaded.config == SMALL
    assert torch.equal(separate(loaded, noise(1, 2, CHUNK)), separate(small_network(), noise(1, 2, CHUNK)))


def training_checkpoint(network, **extras):
    """What the training program leaves: the network under a prefix, and the windows of its transforms."""
    state = {f"model.{name}": tensor for name, tensor in state_of(network).items()}
    windows = {f"{side}featurizer.window": torch.hann_window(64) for side in ("", "inverse_")}
    return {"epoch": 139, "state_dict": {**windows, **state}, "hyper_parameters": {"model": {"n_fft": 64}}, **extras}


def test_a_checkpoint_of_the_training_program_loads(tmp_path):
    torch.save(training_checkpoint(small_network()), tmp_path / "last.ckpt")
    loaded = load_network(tmp_path / "last.ckpt", "band_split_rnn", SMALL)
    assert torch.equal(separate(loaded, noise(1, 2, CHUNK)), separate(small_network(), noise(1, 2, CHUNK)))


class Foreign:
    """A class that no weight file has a use for, as the training program's own config objects."""


def test_hyper_parameters_that_are_no_plain_values_are_refused(tmp_path):
    torch.save(training_checkpoint(small_network(), hyper_parameters=Foreign()), tmp_path / "last.ckpt")
    with pytest.raises(WeightError, match="a reference to '.*Foreign'"):
        load_network(tmp_path / "last.ckpt", "band_split_rnn", SMALL)


@pytest.mark.parametrize("key", ["bandsplit.fcs.3.bias", "maskest.mlp.4.mlp.3.linear.weight"])
def test_a_missing_tensor_is_refused_by_name(tmp_path, key):
    state = state_of(small_network())
    del state[key]
    torch.save(state, tmp_path / "vocals.pt")
    with pytest.raises(WeightError, match=f"(?s)band-split RNN.*{key}.*mdx models show band_split_rnn"):
        load_network(tmp_path / "vocals.pt", "band_split_rnn", SMALL)


@pytest.mark.parametrize("content", [{}, [], torch.zeros(3), {"state_dict": {"model.a": 3}}, {"a": torch.zeros(1)}])
def test_a_file_of_something_else_is_refused(tmp_path, content):
    torch.save(content, tmp_path / "other.pt")
    with pytest.raises(WeightError, match="other.pt"):
        load_network(tmp_path / "other.pt", "band_split_rnn", SMALL)


@pytest.mark.parametrize(
    ("field", "value"), [("band_bins", ()), ("band_bins", (0, 33)), ("hop_samples", 33), ("frames", 2)]
)
def test_a_config_that_no_network_can_have_is_refused_by_field(field, value):
    with pytest.raises(SettingsError, match=f"The field '{field}' of the band-split RNN must .* Got "):
        replace(SMALL, **{field: value})


@pytest.mark.parametrize("shape", [(2, 100), (1, 1, 100), (1, 2, 0)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(MixtureError, match="must have the shape"):
        small_network()(torch.zeros(shape))


TINY = {"features": 4, "lstm_units": 3, "layers": 1, "mlp_units": 5, "frames": 9}


def row(*stems, sha256s=(), **changes):
    files = tuple(
        WeightFile(role=stem, name=f"{stem}.pt", urls=(f"https://example.org/{stem}.pt",), sha256_prefix=sha256)
        for stem, sha256 in zip(stems, sha256s or ["0" * 8] * len(stems), strict=True)
    )
    return ModelEntry(
        name="band_split_rnn",
        builder="models.band_split_rnn:build",
        summary="",
        licence="none",
        training_data="none",
        leaderboards=(),
        stems=stems,
        weights=files,
        architecture={"overlap": 0.8, **changes},
    )


def random_options(**settings):
    return BuildOptions(torch.device("cpu"), random_weights=True, settings=settings)


def test_a_bag_has_one_network_for_each_stem_with_the_bands_of_that_stem():
    stems = ("bass", "drums", "other", "vocals")
    bag = build(row(*stems), random_options(random_arguments=TINY))
    assert [member.stem_weights for member in bag.members] == [{stem: 1.0} for stem in stems]
    assert [member.network.stems for member in bag.members] == [(stem,) for stem in stems]
    assert [len(member.network.config.band_bins) for member in bag.members] == [30, 55, 41, 41]
    first, second = (bag.members[index].network.bandsequence.state_dict() for index in (2, 3))
    assert not torch.equal(first["bsrnn.0.0.fc.weight"], second["bsrnn.0.0.fc.weight"])


def test_chunks_have_the_one_length_that_the_network_takes():
    (member,) = build(row("vocals"), random_options(random_arguments=TINY)).members
    assert member.segment_samples == member.longest_samples == 8 * 512
    assert (member.overlap, member.normalisation) == (0.8, "none")


def test_a_row_with_accompaniment_gives_both_stems():
    # The names of stems that a manifest may use are the schema's business.
    entry = row("vocals").model_copy(update={"stems": ("vocals", "accompaniment")})
    bag = build(entry, random_options(random_arguments=TINY))
    assert bag.stems == bag.members[0].network.stems == ("vocals", "accompaniment")
    assert bag.members[0].stem_weights == {"vocals": 1.0, "accompaniment": 1.0}


def test_a_row_builds_the_networks_of_its_files(tmp_path, bare_machine):
    networks = {
        stem: small_network(replace(SMALL, stem=stem, layers=layers)) for stem, layers in [("bass", 1), ("vocals", 2)]
    }
    paths = [save_published_format(network, tmp_path / f"{stem}.pt") for stem, network in networks.items()]
    entry = row(*networks, sha256s=[sha256_of(path) for path in paths], network={"hop_samples": 16})
    bag = build(entry, BuildOptions(torch.device("cpu"), settings={"weights_folder": str(tmp_path)}))
    mixture = noise(1, 2, CHUNK)
    for member, network in zip(bag.members, networks.values(), strict=True):
        assert member.network.config == network.config
        assert torch.equal(separate(member.network, mixture), separate(network, mixture))


def test_unknown_settings_are_refused():
    with pytest.raises(SettingsError, match="layer"):
        build(row("vocals"), random_options(random_arguments={"layer": 3}))


def test_chunks_of_the_published_row_begin_as_far_apart_as_the_published_weights_were_run():
    entry = model_entry("band_split_rnn")
    (member,) = build(entry, random_options(random_arguments={**TINY, "frames": 263})).members
    assert member.segment_samples == 134_144
    assert ChunkPlan.cut(500_000, member.segment_samples, member.overlap).stride_samples == 23_894
