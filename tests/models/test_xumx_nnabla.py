"""X-UMX loads nnabla's files; the gate order is checked against a step-by-step LSTM."""

from __future__ import annotations

import importlib.util

import pytest
import torch

from models.errors import ModelUnavailableError, WeightError
from models.xumx_files import load_network
from models.xumx_nnabla import NNABLA_STEMS, convert_nnabla, nnabla_config
from tests.models.xumx_cases import CONFIG, random_reference


def nnabla_parameters(config=CONFIG):
    """Random parameters in nnabla's layout."""
    generator = torch.Generator().manual_seed(5)
    width, units, layers = config.hidden_size, config.hidden_size // 2, config.lstm_layers

    def draw(*shape):
        return 0.1 + torch.rand(*shape, generator=generator)

    parameters = {}
    sizes = {
        "fc1": (config.channels * config.max_bin, width),
        "fc2": (2 * width, width),
        "fc3": (width, config.channels * config.bins),
    }
    for stem in NNABLA_STEMS:
        for side, bins in {"input": config.max_bin, "output": config.bins}.items():
            parameters |= {f"{side}_{kind}_{stem}": draw(bins) for kind in ("mean", "scale")}
        for scope, (inputs, outputs) in sizes.items():
            parameters[f"{scope}_{stem}/affine/W"] = (draw(inputs, outputs) - 0.6) / inputs**0.5
            parameters |= {
                f"{scope}_{stem}/bn/{name}": draw(1, 1, outputs) for name in ("beta", "gamma", "mean", "var")
            }
        parameters[f"lstm_{stem}/lstm/weight_l0"] = draw(2, 4, units, width + units) - 0.6
        parameters[f"lstm_{stem}/lstm/weight"] = draw(layers - 1, 2, 4, units, width + units) - 0.6
        parameters[f"lstm_{stem}/lstm/bias"] = draw(layers, 2, 4, units) - 0.6
    return parameters


def lstm_by_nnablas_definition(sequence, weight_l0, weight, bias):
    """Its documented cell, step by step: gates input, forget, cell, output from the row [x, h]."""
    for layer in range(bias.shape[0]):
        directions = []
        for direction, steps in enumerate([sequence, sequence.flip(0)]):
            gates = weight_l0[direction] if layer == 0 else weight[layer - 1, direction]
            hidden = cell = torch.zeros(sequence.shape[1], bias.shape[-1])
            outputs = []
            for step in steps:
                row = torch.cat([step, hidden], dim=-1)
                enter, forget, new, leave = (
                    row @ matrix.T + offset for matrix, offset in zip(gates, bias[layer, direction], strict=True)
                )
                cell = forget.sigmoid() * cell + enter.sigmoid() * new.tanh()
                hidden = leave.sigmoid() * cell.tanh()
                outputs.append(hidden)
            directions.append(torch.stack(outputs if direction == 0 else outputs[::-1]))
        sequence = torch.cat(directions, dim=-1)
    return sequence


def test_converted_lstms_compute_nnablas_definition():
    parameters = nnabla_parameters()
    state = convert_nnabla(parameters)
    lstm = torch.nn.LSTM(16, 8, num_layers=3, bidirectional=True)
    prefix = "layer_lstm.vocals."
    lstm.load_state_dict({key.removeprefix(prefix): state[key] for key in state if key.startswith(prefix)})
    sequence = torch.randn(7, 2, 16, generator=torch.Generator().manual_seed(0))
    names = ("weight_l0", "weight", "bias")
    expected = lstm_by_nnablas_definition(sequence, *(parameters[f"lstm_vocals/lstm/{name}"] for name in names))
    torch.testing.assert_close(lstm(sequence)[0], expected, rtol=1e-4, atol=1e-6)


def test_converted_parameters_have_the_published_names_and_shapes():
    state = convert_nnabla(nnabla_parameters())
    expected = {
        key: tensor.shape for key, tensor in random_reference().state_dict().items() if not key.endswith("window")
    }
    assert {key: tensor.shape for key, tensor in state.items()} == expected


def test_sizes_are_read_off_nnablas_parameters():
    assert nnabla_config(nnabla_parameters()) == CONFIG


def write_nnabla(path, parameters):
    h5py = pytest.importorskip("h5py")
    with h5py.File(path, "w") as file:
        for index, (name, tensor) in enumerate(parameters.items()):
            file[name] = tensor.numpy()
            file[name].attrs["index"] = index


@torch.inference_mode()
def test_nnablas_file_gives_the_output_of_the_same_network_in_asteroids(tmp_path):
    parameters = nnabla_parameters()
    write_nnabla(tmp_path / "x-umx.h5", parameters)
    mixture = 0.3 * torch.randn(1, 2, 3000, generator=torch.Generator().manual_seed(0))
    reference = random_reference()
    reference.load_state_dict(convert_nnabla(parameters), strict=False)
    network = load_network(tmp_path / "x-umx.h5", "xumx-nnabla")
    expected = reference(mixture)
    assert (network(mixture) - expected).abs().max() <= 1e-6 * expected.abs().max()


@pytest.mark.parametrize("key", ["fc3_other/bn/var", "input_mean_bass", "lstm_drums/lstm/bias"])
def test_a_missing_dataset_is_refused_by_name(tmp_path, key):
    parameters = nnabla_parameters()
    del parameters[key]
    write_nnabla(tmp_path / "x-umx.h5", parameters)
    with pytest.raises(WeightError, match=key):
        load_network(tmp_path / "x-umx.h5", "xumx-nnabla")


def test_an_unknown_dataset_is_refused_by_name(tmp_path):
    write_nnabla(tmp_path / "x-umx.h5", {**nnabla_parameters(), "fc4_bass/affine/W": torch.zeros(2, 2)})
    with pytest.raises(WeightError, match="fc4_bass/affine/W"):
        load_network(tmp_path / "x-umx.h5", "xumx-nnabla")


def test_without_h5py_the_message_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelUnavailableError, match="needs the package h5py, which is not installed"):
        load_network(tmp_path / "x-umx.h5", "xumx-nnabla")


def test_a_file_that_is_no_hdf5_is_refused(tmp_path):
    pytest.importorskip("h5py")
    (tmp_path / "x-umx.h5").write_bytes(b"nothing of the kind")
    with pytest.raises(WeightError, match="'xumx-nnabla' must hold an X-UMX network"):
        load_network(tmp_path / "x-umx.h5", "xumx-nnabla")
