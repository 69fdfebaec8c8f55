"""Trained and exported models, built from their rows."""

import pytest
import torch
import yaml

from models.errors import SettingsError, WeightError
from models.files.checkpoints import find_weights
from models.files.quantised_files import packed_tensors
from models.files.tensor_files import same_bytes, write_tensors
from models.files.weight_files import sha256_of
from models.manifest import ModelEntry
from models.registry import BuildOptions
from models.trained import build
from models.xumx import XUMX, XUMXConfig
from tests.models.files.diffq_writer import dequantised, quantised, random_bits

SIZES = {"window_samples": 256, "hop_samples": 64, "max_bin": 100, "hidden_size": 8, "lstm_layers": 1}
STEMS = ["bass", "drums", "vocals", "other"]
CPU = torch.device("cpu")


@pytest.fixture
def network():
    torch.manual_seed(0)
    return XUMX(XUMXConfig(**SIZES)).eval()


@pytest.fixture
def entry(network, tmp_path):
    path = tmp_path / "mine.safetensors"
    write_tensors(path, dict(network.state_dict()), {})
    return make_entry(path)


def make_entry(path, **architecture):
    facts = {
        "network": "models.xumx:XUMX",
        "config": "models.xumx:XUMXConfig",
        "sizes": {**SIZES, "stems": STEMS},
        "segment_samples": 4410,
        "overlap": 0.25,
        "normalisation": "mono",
    }
    weights = {"role": "all", "name": path.name, "urls": [path.as_uri()], "sha256": sha256_of(path)}
    row = {
        "name": "mine",
        "builder": "models.trained:build",
        "runs_in_engine": True,
        "summary": "s",
        "licence": "MIT",
        "training_data": "made-up songs",
        "leaderboards": [],
        "stems": STEMS,
        "architecture": {**facts, **architecture},
        "weights": [weights],
    }
    return ModelEntry.model_validate(yaml.safe_load(yaml.safe_dump(row)))


def test_the_row_and_the_file_give_the_network_that_was_trained(entry, network, tmp_path):
    bag = build(entry, BuildOptions(CPU, settings={"weights_folder": str(tmp_path)}))
    sound = torch.randn(1, 2, 4410)
    assert torch.equal(bag.members[0].network(sound), network(sound))
    member = bag.members[0]
    assert (member.segment_samples, member.overlap, member.normalisation) == (4410, 0.25, "mono")


def test_random_weights_need_no_file_and_take_other_sizes(entry):
    options = BuildOptions(CPU, random_weights=True, settings={"random_arguments": {"hidden_size": 16}})
    assert build(entry, options).members[0].network.config.hidden_size == 16


def test_a_file_of_another_network_is_refused(network, tmp_path):
    path = tmp_path / "mine.safetensors"
    write_tensors(path, {"weight": torch.zeros(1)}, {})
    with pytest.raises(WeightError, match="must hold the tensors of models.xumx:XUMX"):
        build(make_entry(path), BuildOptions(CPU, settings={"weights_folder": str(tmp_path)}))


def test_a_quantised_file_gives_the_weights_that_it_restores(network, tmp_path):
    name, path = "recurrent.bass.weight_ih_l0", tmp_path / "mine.safetensors"
    weights = network.state_dict()[name]
    bits = random_bits(weights, seed=0)
    plain = {key: tensor for key, tensor in network.state_dict().items() if key != name}
    write_tensors(path, plain | packed_tensors(name, (*quantised(weights, bits), bits)), {})
    bag = build(make_entry(path), BuildOptions(CPU, settings={"weights_folder": str(tmp_path)}))
    assert same_bytes(bag.members[0].network.state_dict(), {**plain, name: dequantised(weights, bits)})


def test_a_quantised_file_that_is_incomplete_is_refused(network, tmp_path):
    path = tmp_path / "mine.safetensors"
    write_tensors(path, {**network.state_dict(), "encoder.weight/levels": torch.zeros(4, dtype=torch.uint8)}, {})
    with pytest.raises(WeightError, match=r"must hold the tensors of models\.xumx:XUMX"):
        build(make_entry(path), BuildOptions(CPU, settings={"weights_folder": str(tmp_path)}))


def test_a_changed_file_is_refused(entry, tmp_path):
    path = tmp_path / "mine.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(WeightError, match="sha256"):
        build(entry, BuildOptions(CPU, settings={"weights_folder": str(tmp_path)}))
    assert find_weights(entry.weights[0], str(tmp_path)) == path


@pytest.mark.parametrize("network_class", ["os:System", "models.xumx:_Hidden", "builtins:Exception"])
def test_classes_outside_the_package_are_refused(entry, tmp_path, network_class):
    astray = make_entry(tmp_path / "mine.safetensors", network=network_class)
    with pytest.raises(SettingsError, match="'network' must match|'network'"):
        build(astray, BuildOptions(CPU, settings={"weights_folder": str(tmp_path)}))


def test_sizes_of_another_version_of_the_kit_are_refused_by_name(entry, tmp_path):
    astray = make_entry(tmp_path / "mine.safetensors", sizes={**SIZES, "attention_heads": 4})
    with pytest.raises(SettingsError, match="XUMXConfig must be given fields that it has.*attention_heads"):
        build(astray, BuildOptions(CPU, settings={"weights_folder": str(tmp_path)}))


def test_a_fault_inside_a_network_is_not_taken_for_a_missing_class(entry, tmp_path, monkeypatch):
    def broken(config):
        raise AttributeError("something inside")

    monkeypatch.setattr("models.xumx.XUMX", broken)
    with pytest.raises(AttributeError, match="something inside"):
        build(entry, BuildOptions(CPU, settings={"weights_folder": str(tmp_path)}))


def test_a_class_that_is_not_there_is_named(entry, tmp_path):
    astray = make_entry(tmp_path / "mine.safetensors", network="models.xumx:Missing")
    with pytest.raises(SettingsError, match="must name classes of this kit. Got models.xumx:Missing"):
        build(astray, BuildOptions(CPU, settings={"weights_folder": str(tmp_path)}))
