"""X-UMX as Sony published it for nnabla: an HDF5 file with one dataset for each parameter.

The parameters become the tensors that asteroid's port of the same network names (`models.xumx_files`). What differs:

- matrices are stored as (inputs, outputs), and vectors of a batch normalisation with axes of length one before them;
- an LSTM has three datasets: `weight_l0` (directions, gates, units, inputs + units), `weight` (layers - 1, directions,
  gates, units, inputs + units) and `bias` (layers, directions, gates, units). The gates come as input, forget, cell,
  output, which is torch's order, and the one bias of nnabla is the sum of torch's two;
- the file says nothing about the STFT: the hop is a quarter of the window, the rate 44.1 kHz.

References: https://github.com/sony/ai-research-code/tree/master/x-umx (model.py);
https://github.com/sony/nnabla (src/nbla/function/generic/lstm.cpp: order of the gates)
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from models.errors import ModelUnavailableError, SettingsError
from models.xumx import XUMXConfig

NNABLA_STEMS = ("bass", "drums", "vocals", "other")

_FULLY_CONNECTED = {"fc1": ("layer_enc", "enc", 0), "fc2": ("layer_dec", "dec", 0), "fc3": ("layer_dec", "dec", 3)}
_NORMALISATION = {"gamma": "weight", "beta": "bias", "mean": "running_mean", "var": "running_var"}


def check_h5py(path: Path) -> None:
    """Make sure that HDF5 files can be read; asked first, because the file is not to blame.

    Raises:
        ModelUnavailableError: The package h5py is not installed.
    """
    if importlib.util.find_spec("h5py") is None:
        raise ModelUnavailableError(
            f"The weight file '{path}' needs the package h5py, which is not installed. "
            "Install it (`pip install h5py`), or take the same network as a .pth file."
        )


def read_nnabla(path: Path) -> tuple[XUMXConfig, dict[str, Tensor]]:
    """Read nnabla's file.

    Returns:
        The network's configuration and its tensors under asteroid's names.

    Raises:
        SettingsError: It is no HDF5 file.
        KeyError: A dataset is missing.
    """
    parameters = _datasets(path)
    return nnabla_config(parameters), convert_nnabla(parameters)


def nnabla_config(parameters: Mapping[str, Tensor]) -> XUMXConfig:
    """Read the sizes of a network off its parameters."""
    max_bin = parameters["input_mean_bass"].numel()
    inputs, hidden_size = parameters["fc1_bass/affine/W"].shape
    layers, directions = parameters["lstm_bass/lstm/bias"].shape[:2]
    window_samples = 2 * (parameters["output_mean_bass"].numel() - 1)
    return XUMXConfig(
        stems=NNABLA_STEMS,
        channels=inputs // max_bin,
        window_samples=window_samples,
        hop_samples=window_samples // 4,
        max_bin=max_bin,
        hidden_size=hidden_size,
        lstm_layers=layers,
        bidirectional=directions == 2,
    )


def convert_nnabla(parameters: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Turn nnabla's parameters into asteroid's; a parameter that has no counterpart keeps its name.

    Args:
        parameters: Name as in the file, such as "fc1_bass/affine/W" -> tensor.
    """
    left = dict(parameters)
    state: dict[str, Tensor] = {}
    for stem in NNABLA_STEMS:
        for name in ("input_mean", "input_scale", "output_mean", "output_scale"):
            state[f"mean_scale.{name}_{stem}"] = left.pop(f"{name}_{stem}").flatten()
        for scope, (group, block, place) in _FULLY_CONNECTED.items():
            layer, norm = f"{group}.{stem}.{block}.{place}", f"{group}.{stem}.{block}.{place + 1}"
            state[f"{layer}.weight"] = left.pop(f"{scope}_{stem}/affine/W").T
            state[f"{norm}.num_batches_tracked"] = torch.tensor(0)
            for theirs, ours in _NORMALISATION.items():
                state[f"{norm}.{ours}"] = left.pop(f"{scope}_{stem}/bn/{theirs}").flatten()
        lstm = {name: left.pop(f"lstm_{stem}/lstm/{name}") for name in _lstm_datasets(left, stem)}
        state |= {f"layer_lstm.{stem}.{name}": tensor for name, tensor in _convert_lstm(lstm).items()}
    return state | left


def _lstm_datasets(parameters: Mapping[str, Tensor], stem: str) -> list[str]:
    layers = parameters[f"lstm_{stem}/lstm/bias"].shape[0]
    return ["weight_l0", "bias", *(["weight"] if layers > 1 else [])]


def _convert_lstm(lstm: Mapping[str, Tensor]) -> dict[str, Tensor]:
    bias = lstm["bias"]
    layers, directions, _, units = bias.shape
    weights = [lstm["weight_l0"], *(lstm["weight"] if layers > 1 else [])]
    converted = {}
    for layer in range(layers):
        for direction in range(directions):
            place = f"l{layer}{'_reverse' if direction else ''}"
            gates = weights[layer][direction].flatten(0, 1)
            converted[f"weight_ih_{place}"] = gates[:, :-units]
            converted[f"weight_hh_{place}"] = gates[:, -units:]
            converted[f"bias_ih_{place}"] = bias[layer, direction].flatten()
            converted[f"bias_hh_{place}"] = torch.zeros(gates.shape[0])
    return converted


def _datasets(path: Path) -> dict[str, Tensor]:
    h5py = importlib.import_module("h5py")
    parameters: dict[str, Tensor] = {}

    def keep(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            parameters[name] = torch.from_numpy(item[()]).float()

    try:
        with h5py.File(path, "r") as file:
            file.visititems(keep)
    except OSError as error:
        raise SettingsError(f"no readable HDF5 file ({error})") from error
    return parameters
