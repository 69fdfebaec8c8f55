"""X-UMX loads asteroid's files strictly."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
import torch

from benchmarks.xumx import StemByStem
from models.errors import WeightError
from models.xumx import XUMXConfig
from models.xumx_files import load_network
from tests.models.xumx_cases import CONFIG, random_reference

BRANCH_SHAPES = {
    "layer_enc.{}.enc.0.weight": (512, 2974),
    **{f"layer_enc.{{}}.enc.1.{name}": (512,) for name in ("weight", "bias", "running_mean", "running_var")},
    "layer_enc.{}.enc.1.num_batches_tracked": (),
    "layer_dec.{}.dec.0.weight": (512, 1024),
    **{f"layer_dec.{{}}.dec.1.{name}": (512,) for name in ("weight", "bias", "running_mean", "running_var")},
    "layer_dec.{}.dec.1.num_batches_tracked": (),
    "layer_dec.{}.dec.3.weight": (4098, 512),
    **{f"layer_dec.{{}}.dec.4.{name}": (4098,) for name in ("weight", "bias", "running_mean", "running_var")},
    "layer_dec.{}.dec.4.num_batches_tracked": (),
    **{
        f"layer_lstm.{{}}.{kind}_l{layer}{way}": shape
        for layer in range(3)
        for way in ("", "_reverse")
        for kind, shape in {
            "weight_ih": (1024, 512),
            "weight_hh": (1024, 256),
            "bias_ih": (1024,),
            "bias_hh": (1024,),
        }.items()
    },
    **{f"mean_scale.input_{kind}_{{}}": (1487,) for kind in ("mean", "scale")},
    **{f"mean_scale.output_{kind}_{{}}": (2049,) for kind in ("mean", "scale")},
}
PUBLISHED_SHAPES = {
    "encoder.0.window": (4096,),
    "decoder.window": (4096,),
    **{
        key.format(stem): shape for stem in ("bass", "drums", "vocals", "other") for key, shape in BRANCH_SHAPES.items()
    },
}


def published_content(reference):
    """What asteroid saves for this network, with the types that its training leaves in it."""
    config = reference.config
    arguments = {
        "window_length": config.window_samples,
        "in_chan": config.window_samples,
        "n_hop": config.hop_samples,
        "sample_rate": float(config.sample_rate),
        "sources": list(config.stems),
        "hidden_size": config.hidden_size,
        "nb_channels": config.channels,
        "input_mean": None,
        "input_scale": None,
        "max_bin": np.int64(config.max_bin),
        "nb_layers": config.lstm_layers,
        "bidirectional": config.bidirectional,
        "spec_power": 1,
        "return_time_signals": False,
    }
    infos = {"software_versions": {"torch_version": torch.__version__}}
    return {
        "model_name": "XUMX",
        "state_dict": dict(reference.state_dict()),
        "model_args": arguments,
        "infos": infos,
    }


def save_as_before_numpy_2(content, path):
    """Save with the module name that numpy 1 wrote for its scalars."""
    buffer = io.BytesIO()
    torch.save(content, buffer)
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename.endswith("data.pkl"):
                data = data.replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
            target.writestr(entry.filename, data)


@pytest.fixture
def reference():
    return random_reference()


@pytest.fixture
def mixture():
    return 0.3 * torch.randn(1, 2, 3000, generator=torch.Generator().manual_seed(0))


def test_the_reference_has_the_published_keys_and_shapes():
    with torch.device("meta"):
        state = StemByStem(XUMXConfig()).state_dict()
    assert {key: tuple(tensor.shape) for key, tensor in state.items()} == PUBLISHED_SHAPES


@pytest.mark.parametrize("save", [torch.save, save_as_before_numpy_2])
@torch.inference_mode()
def test_a_file_in_the_publishers_format_gives_the_same_output(tmp_path, reference, mixture, save):
    path = tmp_path / "pretrained_xumx.pth"
    save(published_content(reference), path)
    network = load_network(path, "xumx")
    assert network.config == CONFIG
    assert not network.training
    expected = reference(mixture)
    assert (network(mixture) - expected).abs().max() <= 1e-6 * expected.abs().max()


@torch.inference_mode()
def test_the_order_of_the_stems_is_the_files(tmp_path, mixture):
    stems = ("other", "bass", "vocals", "drums")
    reference = random_reference(
        XUMXConfig(stems=stems, window_samples=256, hop_samples=64, max_bin=90, hidden_size=16)
    )
    path = tmp_path / "model.pth"
    torch.save(published_content(reference), path)
    network = load_network(path, "xumx")
    assert network.stems == stems
    torch.testing.assert_close(network(mixture), reference(mixture), rtol=1e-4, atol=1e-6)


def test_a_loaded_network_can_be_trained(tmp_path, reference, mixture):
    path = tmp_path / "model.pth"
    torch.save(published_content(reference), path)
    network = load_network(path, "xumx").train()
    network(mixture).square().mean().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())


@pytest.mark.parametrize(
    "key",
    ["layer_enc.drums.enc.0.weight", "layer_lstm.other.bias_hh_l2", "mean_scale.output_mean_bass", "decoder.window"],
)
def test_a_missing_tensor_is_refused_by_name(tmp_path, reference, key):
    content = published_content(reference)
    del content["state_dict"][key]
    path = tmp_path / "model.pth"
    torch.save(content, path)
    with pytest.raises(WeightError, match=f"'xumx' must hold an X-UMX network.*{key}"):
        load_network(path, "xumx")


def test_an_unknown_tensor_is_refused_by_name(tmp_path, reference):
    content = published_content(reference)
    content["state_dict"]["layer_enc.piano.enc.0.weight"] = torch.zeros(2)
    path = tmp_path / "model.pth"
    torch.save(content, path)
    with pytest.raises(WeightError, match=r"tensors that X-UMX does not have: layer_enc\.piano\.enc\.0\.weight"):
        load_network(path, "xumx")


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("hidden_size", 32, "size mismatch for"),
        ("max_bin", 91, "size mismatch for"),
        ("nb_layers", 2, "tensors that X-UMX does not have: layer_lstm.bass.bias_hh_l2"),
        ("spec_power", 2, "spec_power 2"),
        ("in_chan", 512, "in_chan 512, window_length 256"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(tmp_path, reference, argument, value, message):
    content = published_content(reference)
    content["model_args"][argument] = value
    path = tmp_path / "model.pth"
    torch.save(content, path)
    with pytest.raises(WeightError, match=message):
        load_network(path, "xumx")


def test_another_window_is_refused(tmp_path, reference):
    content = published_content(reference)
    content["state_dict"]["encoder.0.window"] = torch.ones(256)
    path = tmp_path / "model.pth"
    torch.save(content, path)
    with pytest.raises(WeightError, match="another window than Hann's in 'encoder.0.window'"):
        load_network(path, "xumx")


def test_another_model_is_refused(tmp_path, reference):
    path = tmp_path / "model.pth"
    torch.save({**published_content(reference), "model_name": "ConvTasNet"}, path)
    with pytest.raises(WeightError, match="a network called 'ConvTasNet' instead of 'XUMX'"):
        load_network(path, "xumx")


class _Foreign:
    def __reduce__(self):
        return (print, ("this must never be printed",))


def test_a_pickle_that_calls_a_function_is_refused_and_not_run(tmp_path, reference, capsys):
    path = tmp_path / "model.pth"
    torch.save({**published_content(reference), "infos": _Foreign()}, path)
    with pytest.raises(WeightError, match="Got a reference to 'print'"):
        load_network(path, "xumx")
    assert "never" not in capsys.readouterr().out
