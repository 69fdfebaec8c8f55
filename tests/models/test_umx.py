"""Open-Unmix beside its package, and its weight files."""

from __future__ import annotations

import hashlib
import io

import pytest
import torch
from openunmix import predict
from openunmix.model import OpenUnmix
from openunmix.model import Separator as PackageSeparator

from audio import STEMS, read_audio
from audio.sample_tracks import find_packaged_song
from audio.sources import TensorSource
from models.errors import SettingsError, WeightError
from models.registry import BuildOptions, model_entry
from models.umx import UmxTarget, build, load_network
from separation.engine import Engine
from separation.settings import EngineSettings

HIDDEN = 16
CPU = torch.device("cpu")
ENTRY = model_entry("umxhq")


@pytest.fixture(scope="module")
def mixture():
    return 0.1 * torch.randn(2, 30_000, generator=torch.Generator().manual_seed(1))


def _random(entry=ENTRY, seed=5, **settings):
    own = {"random_arguments": {"hidden_size": HIDDEN}}
    bag = build(entry, BuildOptions(CPU, random_weights=True, seed=seed, settings=own))
    return Engine(bag, EngineSettings(**settings))


def _networks(entry=ENTRY, seed=5):
    own = {"random_arguments": {"hidden_size": HIDDEN}}
    bag = build(entry, BuildOptions(CPU, random_weights=True, seed=seed, settings=own))
    return {member.network.stems[0]: member.network.network.eval() for member in bag.members}


def _save(folder, states, name="{role}-{digest}.pth"):
    """Write states as the publisher does and return a row of the manifest that describes them."""
    files = []
    for role, state in states.items():
        buffer = io.BytesIO()
        torch.save(state, buffer)
        digest = hashlib.sha256(buffer.getvalue()).hexdigest()[:8]
        path = folder / name.format(role=role, digest=digest)
        path.write_bytes(buffer.getvalue())
        described = next(file for file in ENTRY.weights if file.role == role)
        files.append(described.model_copy(update={"name": path.name, "sha256_prefix": digest, "sha256": None}))
    return ENTRY.model_copy(update={"weights": tuple(files)})


def _load(entry, folder):
    return Engine(build(entry, BuildOptions(CPU, settings={"weights_folder": str(folder)})))


@pytest.mark.parametrize(
    ("settings", "package_settings"),
    [
        ({}, {"niter": 1}),
        ({"wiener_iterations": 0}, {"niter": 0}),
        ({"wiener_iterations": 2, "wiener_softmask": True}, {"niter": 2, "softmask": True}),
        ({"wiener_residual": True, "wiener_window_frames": 10}, {"niter": 1, "residual": True, "wiener_win_len": 10}),
    ],
)
def test_it_equals_the_package_with_the_same_weights(mixture, settings, package_settings):
    separator = _random(**settings)
    networks = _networks()
    reference = PackageSeparator(target_models=networks, **package_settings)
    reference.freeze()
    expected = reference(mixture[None])[0]
    estimates = separator.separate(mixture)
    for position, stem in enumerate(networks):
        assert (estimates[stem] - expected[position]).abs().max() < 1e-6


def test_real_music_separates_as_by_the_package():
    song = read_audio(find_packaged_song()).samples[:, : 4 * 44_100]
    reference = PackageSeparator(target_models=_networks(), niter=1, sample_rate=44_100.0)
    reference.freeze()
    expected = predict.separate(song, rate=44_100, separator=reference)
    estimates = _random().separate(song)
    for stem in STEMS:
        assert expected[stem].abs().max() > 1e-3
        assert (estimates[stem] - expected[stem][0]).abs().max() < 1e-4


def test_stems_are_mapped_by_name_and_not_by_the_order_of_the_files(mixture):
    separator = _random()
    assert tuple(_networks()) == ("vocals", "drums", "bass", "other")
    assert tuple(separator.separate(mixture)) == STEMS


def test_building_with_random_weights_leaves_the_global_generator_alone():
    state = torch.get_rng_state()
    _random()
    assert torch.equal(torch.get_rng_state(), state)


def test_another_seed_gives_other_weights(mixture):
    other = _random(seed=6)
    assert not torch.equal(other.separate(mixture)["bass"], _random().separate(mixture)["bass"])


@pytest.mark.parametrize(("name", "parameters"), [("umx", 8_893_348), ("umxhq", 8_893_348), ("umxl", 28_257_188)])
def test_the_manifest_describes_networks_of_the_published_size(name, parameters):
    architecture = model_entry(name).architecture
    with torch.device("meta"):
        network = OpenUnmix(
            nb_bins=architecture["n_fft"] // 2 + 1,
            hidden_size=architecture["hidden_size"],
            max_bin=architecture["max_bin"],
        )
    assert sum(parameter.numel() for parameter in network.parameters()) == parameters


def test_saved_weights_load_with_bit_equal_output(tmp_path, bare_machine, mixture):
    original = _random()
    entry = _save(tmp_path, {role: network.state_dict() for role, network in _networks().items()})
    loaded = _load(entry, tmp_path)
    estimates, expected = loaded.separate(mixture), original.separate(mixture)
    assert all(torch.equal(estimates[stem], expected[stem]) for stem in STEMS)


def test_the_leftovers_of_old_files_are_dropped(tmp_path, bare_machine, mixture):
    original = _random()
    leftovers = {
        "sample_rate": torch.tensor(44100),
        "stft.window": torch.hann_window(4096),
        "transform.0.window": torch.hann_window(4096),
    }
    states = {role: {**leftovers, **network.state_dict()} for role, network in _networks().items()}
    loaded = _load(_save(tmp_path, states), tmp_path)
    assert torch.equal(loaded.separate(mixture)["vocals"], original.separate(mixture)["vocals"])


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("unidirectional", [False, True])
def test_sizes_are_read_off_the_tensors(tmp_path, layers, unidirectional):
    network = OpenUnmix(nb_bins=2049, hidden_size=8, nb_layers=layers, unidirectional=unidirectional, max_bin=700)
    path = tmp_path / "bass.pth"
    torch.save(network.state_dict(), path)
    loaded = load_network(path, "tiny")
    assert loaded.state_dict().keys() == network.state_dict().keys()
    assert (loaded.hidden_size, loaded.nb_bins, loaded.lstm.num_layers) == (8, 700, layers)


@pytest.mark.parametrize("key", ["fc1.weight", "bn2.running_var", "output_scale"])
def test_a_missing_tensor_is_refused_by_name(tmp_path, key):
    state = _networks()["bass"].state_dict()
    del state[key]
    path = tmp_path / "bass.pth"
    torch.save(state, path)
    with pytest.raises(WeightError, match=key.replace(".", r"\.")):
        load_network(path, "umxhq")


def test_an_unknown_tensor_is_refused_by_name(tmp_path):
    path = tmp_path / "bass.pth"
    torch.save({**_networks()["bass"].state_dict(), "attention.weight": torch.zeros(2)}, path)
    with pytest.raises(WeightError, match=r"attention\.weight"):
        load_network(path, "umxhq")


def test_a_network_for_mono_is_refused(tmp_path):
    path = tmp_path / "speech.pth"
    torch.save(OpenUnmix(nb_bins=513, nb_channels=1, hidden_size=8, max_bin=513).state_dict(), path)
    with pytest.raises(WeightError, match="for 2 channels. Got ValueError: a network for 1 channels"):
        load_network(path, "umxse")


class _Foreign:
    def __reduce__(self):
        return (print, ("this must never be printed",))


def test_a_pickle_that_calls_a_function_is_refused_and_not_run(tmp_path, capsys):
    path = tmp_path / "bass.pth"
    torch.save({"fc1.weight": _Foreign()}, path)
    with pytest.raises(WeightError, match=r"state dict of an Open-Unmix network.*Got a reference to 'print'"):
        load_network(path, "umxhq")
    assert "never" not in capsys.readouterr().out


def test_a_flipped_byte_is_refused(tmp_path, bare_machine):
    entry = _save(tmp_path, {role: network.state_dict() for role, network in _networks().items()})
    path = tmp_path / entry.weights[2].name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(
        WeightError, match=f"'umxhq' must have a sha256 that begins with {entry.weights[2].sha256_prefix}"
    ):
        _load(entry, tmp_path)


def test_missing_weights_are_an_error_and_never_random(bare_machine):
    with pytest.raises(WeightError, match=r"'umxhq' needs the weight file vocals-b62c91ce\.pth.*MDX_OFFLINE=1"):
        build(ENTRY, BuildOptions(CPU))


def test_a_width_beside_published_weights_is_refused_and_not_ignored(bare_machine):
    with pytest.raises(SettingsError, match="'random_arguments' of the model 'umxhq' must go with random weights"):
        build(ENTRY, BuildOptions(CPU, settings={"random_arguments": {"hidden_size": HIDDEN}}))


def test_a_wrong_setting_gets_a_suggestion():
    with pytest.raises(SettingsError, match=r"'weight_folder' is unknown. Did you mean 'weights_folder'\?"):
        build(ENTRY, BuildOptions(CPU, settings={"weight_folder": "here"}))


def test_without_the_filter_only_the_networks_of_the_asked_stems_run(mixture, monkeypatch):
    separator = _random(wiener_iterations=0)
    seen = []
    forward = UmxTarget.forward
    monkeypatch.setattr(UmxTarget, "forward", lambda self, sound: seen.append(self.stems) or forward(self, sound))
    list(separator.separate_stream(TensorSource(mixture, 44_100), ["bass"]))
    assert seen == [("bass",)]


def test_speech_enhancement_runs_on_each_channel_alone(mixture):
    entry = model_entry("umxse")
    separator = _random(entry)
    assert (separator.stems, separator.sample_rate) == (("vocals", "accompaniment"), 16_000)
    doubled = separator.separate(mixture[:1].expand(2, -1))
    assert torch.allclose(doubled["vocals"][0], doubled["vocals"][1], atol=1e-6)
    reference = PackageSeparator(
        target_models=_networks(entry), niter=0, sample_rate=16_000.0, n_fft=1024, n_hop=512, nb_channels=1
    )
    reference.freeze()
    without_filter = _random(entry, wiener_iterations=0).separate(mixture)
    expected = reference(mixture[:, None])
    for position, stem in enumerate(separator.stems):
        assert (without_filter[stem] - expected[:, position, 0]).abs().max() < 1e-6
