"""Small random networks through every format, beside the original."""

from __future__ import annotations

import hashlib
import json
import math
import sys
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from models.conv_tasnet import ConvTasNetConfig
from models.errors import ModelUnavailableError
from models.export import ParityError, build_networks, export_member, facts_of, sources_of, targets_for
from models.export_formats import FACTS_FILE, ONNX, SAFETENSORS, TORCHSCRIPT, ExportError
from models.files.converted_files import record_converted
from models.files.safetensors_files import load_state
from models.network import Member
from models.onnx_core import OnnxCore
from models.registry import model_entry

SMALL = {
    "tasnet": {"filters": 16, "bottleneck_channels": 16, "block_channels": 16, "blocks": 2, "repeats": 1},
    "demucs48_hq": {"hidden_channels": 4, "depth": 3},
    "spleeter": {"widths": [4, 4], "segment_frames": 16, "frequency_bins": 512},
}
FACTS = {"model": "tiny", "sources": "[]"}


def small_bag(name):
    return build_networks(model_entry(name), {"random_arguments": SMALL[name]}, random_weights=True)


@pytest.fixture(scope="module")
def member():
    return small_bag("tasnet").members[0]


@pytest.mark.parametrize("written", [SAFETENSORS, TORCHSCRIPT], ids=lambda written: written.name)
@pytest.mark.parametrize("name", SMALL)
def test_a_network_comes_back_equal(name, written, tmp_path):
    target = tmp_path / f"out{written.suffix}"
    exported = export_member(small_bag(name).members[0], written, target, FACTS, chunk_seconds=0.2)
    assert (exported.parity.max_abs_error, exported.parity.decibels) == (0.0, math.inf)
    assert exported.size_bytes == target.stat().st_size
    assert list(tmp_path.iterdir()) == [target]


def test_a_network_agrees_as_an_onnx_graph(member, tmp_path):
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxscript")
    pytest.importorskip("onnxruntime")
    exported = export_member(member, ONNX, tmp_path / "out.onnx", FACTS, chunk_seconds=0.1)
    assert exported.parity.decibels > 80
    model = onnx.load(tmp_path / "out.onnx")
    assert ([value.name for value in model.graph.input], [value.name for value in model.graph.output]) == (
        ["mixture"],
        ["stems"],
    )
    facts = {entry.key: entry.value for entry in model.metadata_props}
    assert json.loads(facts["stems"]) == list(member.network.stems)


def test_the_facts_beside_a_network_say_how_to_build_and_run_it(member, tmp_path):
    export_member(member, SAFETENSORS, tmp_path / "out.safetensors", FACTS, chunk_seconds=0.1)
    facts = load_state(tmp_path / "out.safetensors", "tasnet").facts
    config = {**json.loads(facts["config"]), "sources": tuple(json.loads(facts["config"])["sources"])}
    assert ConvTasNetConfig(**config) == member.network.config
    assert facts["network"] == "models.conv_tasnet:ConvTasNet"
    assert (facts["sample_rate"], json.loads(facts["stems"])) == ("44100", list(member.network.stems))
    assert facts["chunk_samples"] == str(member.network.input_samples(4410))


_TINY_TRANSFORMER = {"channels": 8, "bottom_channels": 16, "t_layers": 1, "t_heads": 2, "segment": 0.5}
_RUN_ARGUMENTS = {
    "umx": {"hidden_size": 16},
    "htdemucs_ft": _TINY_TRANSFORMER,
    "htdemucs_6s": _TINY_TRANSFORMER,
    "tasnet": SMALL["tasnet"],
}


@pytest.fixture(scope="module", params=_RUN_ARGUMENTS)
def described(request, tmp_path_factory):
    """A model's row, its first member, and the facts in that member's file."""
    entry = model_entry(request.param)
    bag = build_networks(entry, {"random_arguments": _RUN_ARGUMENTS[entry.name]}, random_weights=True)
    path = tmp_path_factory.mktemp(entry.name) / "out.safetensors"
    export_member(bag.members[0], SAFETENSORS, path, facts_of(entry, []), chunk_seconds=0.5)
    return entry, bag.members[0], load_state(path, entry.name).facts


def _exported_module(member):
    return member.network if isinstance(member.network, nn.Module) else member.network.network


def test_the_exported_stems_are_the_outputs_of_the_exported_network(described):
    _, member, facts = described
    with torch.no_grad():
        output = _exported_module(member)(torch.zeros(1, 2, int(facts["chunk_samples"])))
    assert output.shape[1] == len(json.loads(facts["stems"]))


def test_the_facts_say_which_outputs_add_up_to_a_stem(described):
    entry, member, facts = described
    folds = json.loads(facts["folds"])
    folded = {output for outputs in folds.values() for output in outputs}
    stems = {*folds, *(output for output in json.loads(facts["stems"]) if output not in folded)}
    assert stems == set(member.network.stems)
    assert bool(folds) == (entry.name == "htdemucs_6s")


def test_the_facts_say_how_a_network_is_run(described):
    entry, member, facts = described
    assert facts["normalisation"] == member.normalisation
    assert json.loads(facts["overlap"]) == member.overlap
    assert json.loads(facts["segment_samples"]) == member.segment_samples
    assert json.loads(facts["longest_samples"]) == member.longest_samples
    assert json.loads(facts["stem_weights"]) == dict(member.stem_weights)
    assert len([stem for stem in entry.stems if member.counts_for(stem)]) == (4 if len(entry.weights) == 1 else 1)


def test_the_config_holds_the_arguments_that_the_network_was_made_with(described):
    entry, member, facts = described
    config = json.loads(facts["config"])
    if entry.name == "umx":
        assert config == entry.architecture
    elif entry.name == "tasnet":
        assert config["filters"] == 16
    else:
        assert config["sources"] == json.loads(facts["stems"])
        with torch.device("meta"):
            rebuilt = type(member.network.network)(**config)
        shapes = {name: tensor.shape for name, tensor in member.network.network.state_dict().items()}
        assert {name: tensor.shape for name, tensor in rebuilt.state_dict().items()} == shapes


def test_torchscript_carries_the_facts_and_runs_without_this_repository(member, tmp_path):
    exported = export_member(member, TORCHSCRIPT, tmp_path / "out.pt", FACTS, chunk_seconds=0.1)
    found = {FACTS_FILE: ""}
    network = torch.jit.load(str(tmp_path / "out.pt"), _extra_files=found)
    assert json.loads(found[FACTS_FILE])["model"] == "tiny"
    mixture = torch.rand(1, 2, exported.chunk_samples)
    assert torch.equal(network(mixture), member.network(mixture))


class _Branching(nn.Module):
    """Does something else for another input: no trace can follow."""

    stems = ("vocals",)
    sample_rate = 44_100

    def input_samples(self, chunk_samples):
        return chunk_samples

    def forward(self, mixture):
        loudest = float(mixture.detach().flatten()[0])
        return mixture[:, None] * loudest


class _Failing(_Branching):
    def forward(self, mixture):
        raise RuntimeError("no such operator\nand a page of explanations")


def _member(network):
    return Member(network, {"vocals": 1.0}, segment_samples=1000, longest_samples=1000)


def test_a_file_that_does_something_else_is_told_and_not_kept(tmp_path):
    (tmp_path / "out.pt").write_bytes(b"an older export")
    with pytest.raises(ParityError, match=r"must agree with the original by 60 dB\. Got -?\d+\.\d dB.*it was deleted"):
        export_member(_member(_Branching()), TORCHSCRIPT, tmp_path / "out.pt", FACTS)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"an older export"]


def test_a_network_that_a_format_cannot_express_is_told_in_one_sentence(tmp_path):
    with pytest.raises(ExportError) as caught:
        export_member(_member(_Failing()), TORCHSCRIPT, tmp_path / "out.pt", FACTS)
    assert str(caught.value) == (
        "The network _Failing must be expressible in TorchScript. Got RuntimeError: no such operator. "
        "Export it to safetensors."
    )
    assert not list(tmp_path.iterdir())


def test_without_its_packages_onnx_names_the_extra(member, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(ModelUnavailableError, match=r"needs the packages onnx, onnxscript and onnxruntime.*\[onnx\]"):
        export_member(member, ONNX, tmp_path / "out.onnx", FACTS, chunk_seconds=0.1)


def test_a_chunk_may_not_be_longer_than_the_network_can_take(tmp_path):
    with pytest.raises(ExportError, match=r"0\.0226757 s at most for this network. Got 88200 samples"):
        export_member(_member(_Branching()), SAFETENSORS, tmp_path / "out.safetensors", FACTS, chunk_seconds=2.0)


def test_what_separates_by_itself_has_nothing_to_export():
    with pytest.raises(ExportError, match="'classical' must be made of networks"):
        build_networks(model_entry("classical"), {}, random_weights=True)


def test_several_networks_go_into_a_folder_under_the_names_of_their_weight_files(tmp_path):
    bag_of_four, single = model_entry("htdemucs_ft"), model_entry("tasnet")
    out = tmp_path / "out"
    roles = ("f7e0c4bc", "d12395a8", "92cfc3b6", "04573f0d")
    assert targets_for(bag_of_four, 4, TORCHSCRIPT, out) == [out / f"{role}.pt" for role in roles]
    assert targets_for(single, 1, TORCHSCRIPT, out) == [out]
    assert targets_for(single, 1, TORCHSCRIPT, tmp_path) == [tmp_path / "tasnet.pt"]
    out.touch()
    with pytest.raises(ExportError, match="must be a folder, because it has 4 networks"):
        targets_for(bag_of_four, 4, TORCHSCRIPT, out)


def test_the_sources_are_the_hashes_of_the_weight_files(bare_machine, monkeypatch):
    entry = model_entry("tasnet")
    file = entry.weights[0].model_copy(update={"sha256_prefix": None, "sha256": None})
    (bare_machine / file.name).write_bytes(b"weights")
    monkeypatch.setenv("MDX_WEIGHTS_DIR", str(bare_machine))
    changed = entry.model_copy(update={"weights": (file,)})
    assert json.loads(facts_of(changed, sources_of(changed))["sources"]) == [
        {"file": file.name, "sha256": hashlib.sha256(b"weights").hexdigest()}
    ]
    converted = bare_machine / file.converted_name
    converted.write_bytes(b"the same weights")
    record_converted(converted, converted, bare_machine / file.name, hashlib.sha256(b"weights").hexdigest())
    assert sources_of(changed) == [{"file": file.name, "sha256": hashlib.sha256(b"weights").hexdigest()}]


class _Runtime:
    """Stands in for the package: a network in ONNX Runtime is built, and never run."""

    def SessionOptions(self):
        return SimpleNamespace()

    def InferenceSession(self, *_arguments, **_options):
        return SimpleNamespace(
            get_inputs=lambda: [SimpleNamespace(name="in", shape=["batch", 4, 16, 8])], get_outputs=lambda: ["out"]
        )


@pytest.mark.parametrize("written", [SAFETENSORS, TORCHSCRIPT, ONNX], ids=lambda written: written.name)
def test_networks_that_are_onnx_files_already_are_refused_by_name(written, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", _Runtime())
    network = _Branching()
    network.cores = nn.ModuleList([OnnxCore(b"", "'bass.onnx'"), OnnxCore(b"", "'drums.onnx'")])
    with pytest.raises(ExportError) as caught:
        export_member(_member(network), written, tmp_path / "out", FACTS)
    assert str(caught.value) == (
        "The network _Branching cannot be exported: its networks are ONNX files already: 'bass.onnx', 'drums.onnx'."
    )
    assert not list(tmp_path.iterdir())
