"""Published weight files of X-UMX: asteroid's `.pth`, and nnabla's `.h5` by way of `models.xumx_nnabla`.

An asteroid file is a dict of `model_name`, `state_dict`, `model_args` and `infos`; its tensors are named by stem and
layer, one network branch after another. The network here keeps the tensors of all branches together, so loading joins
them: `joined_tensors` is the one table of which names make which tensor.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from models.errors import SettingsError
from models.files.state_files import fitted_network, read_state, refuse_other_files
from models.manifest import ModelEntry
from models.network import Bag, WienerUse
from models.registry import BuildOptions
from models.single_network import Recipe, build_single
from models.xumx import XUMX, XUMXConfig
from models.xumx_nnabla import check_h5py, read_nnabla

WINDOW_KEYS = ("encoder.0.window", "decoder.window")
"""Asteroid keeps the STFT's window among the weights; here it must be the Hann window and is not kept."""

SEGMENT_SECONDS = 20.0
OVERLAP = 0.1

_CONTENT = "an X-UMX network as asteroid (.pth) or nnabla (.h5) publishes it"


def build(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the network of this row (`models.single_network` says what is raised)."""
    recipe = Recipe(
        make=lambda arguments: XUMX(XUMXConfig(**arguments)),
        load=load_network,
        segment_samples=round(SEGMENT_SECONDS * entry.sample_rate),
        overlap=OVERLAP,
        normalisation="none",
        wiener=WienerUse(iterations=1, window_frames=None),
    )
    return build_single(entry, options, recipe)


def load_network(path: Path, model: str) -> XUMX:
    """Load a published network.

    Args:
        path: A verified `.pth` file of asteroid or `.h5` file of nnabla.
        model: Name of the model, for messages.

    Returns:
        The network in evaluation mode, on the CPU.

    Raises:
        WeightError: The file holds no X-UMX network that fits exactly.
        ModelUnavailableError: The file is nnabla's and the package h5py is not installed.
    """
    is_nnabla = path.suffix == ".h5"
    if is_nnabla:
        check_h5py(path)
    with refuse_other_files(path, model, _CONTENT):
        config, published = read_nnabla(path) if is_nnabla else _read_asteroid(path)
        return fitted_network(lambda: XUMX(config), join_published(config, published))


def joined_tensors(config: XUMXConfig) -> dict[str, tuple[str, ...]]:
    """Return the name of each tensor of the network -> the published names of its parts, stem by stem."""
    joined = {
        f"{side}_{kind}": tuple(f"mean_scale.{side}_{kind}_{stem}" for stem in config.stems)
        for side in ("input", "output")
        for kind in ("mean", "scale")
    }
    layers = {"encoder": ("layer_enc", "enc", 0), "decoder_middle": ("layer_dec", "dec", 0)}
    for own, (group, block, place) in {**layers, "decoder_output": ("layer_dec", "dec", 3)}.items():
        joined[f"{own}.weight"] = tuple(f"{group}.{stem}.{block}.{place}.weight" for stem in config.stems)
        for name in ("weight", "bias", "running_mean", "running_var", "num_batches_tracked"):
            joined[f"{own}.norm.{name}"] = tuple(f"{group}.{stem}.{block}.{place + 1}.{name}" for stem in config.stems)
    for stem in config.stems:
        for name in _lstm_tensors(config):
            joined[f"recurrent.{stem}.{name}"] = (f"layer_lstm.{stem}.{name}",)
    return joined


def join_published(config: XUMXConfig, published: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Turn a published state dict, without windows, into the network's.

    Raises:
        SettingsError: The file has tensors that the network does not know.
        KeyError: A tensor is missing; the message is its name.
        RuntimeError: The parts of a tensor differ in shape.
    """
    joined = joined_tensors(config)
    unknown = sorted(published.keys() - {part for parts in joined.values() for part in parts})
    if unknown:
        raise SettingsError(f"tensors that X-UMX does not have: {', '.join(unknown)}")
    return {own: _join(own, [published[part] for part in parts]) for own, parts in joined.items()}


def _join(own: str, parts: list[Tensor]) -> Tensor:
    if own.startswith("recurrent.") or own.endswith("num_batches_tracked"):
        return parts[0]
    return torch.cat(parts) if ".norm." in own else torch.stack(parts)


def _lstm_tensors(config: XUMXConfig) -> list[str]:
    directions = ("", "_reverse") if config.bidirectional else ("",)
    kinds = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return [f"{kind}_l{layer}{way}" for layer in range(config.lstm_layers) for way in directions for kind in kinds]


def _read_asteroid(path: Path) -> tuple[XUMXConfig, dict[str, Tensor]]:
    content = read_state(path)
    if content["model_name"] != "XUMX":
        raise SettingsError(f"a network called '{content['model_name']}' instead of 'XUMX'")
    config = _config(content["model_args"])
    state = dict(content["state_dict"])
    for key in WINDOW_KEYS:
        if not torch.allclose(state.pop(key), torch.hann_window(config.window_samples), atol=1e-6):
            raise SettingsError(f"another window than Hann's in '{key}'")
    return config, state


def _config(arguments: Mapping[str, Any]) -> XUMXConfig:
    if arguments["in_chan"] != arguments["window_length"] or arguments["spec_power"] != 1:
        raise SettingsError(
            "other spectrograms than magnitudes of unpadded frames: "
            + ", ".join(f"{key} {arguments[key]}" for key in ("in_chan", "window_length", "spec_power"))
        )
    return XUMXConfig(
        stems=tuple(arguments["sources"]),
        sample_rate=int(arguments["sample_rate"]),
        channels=int(arguments["nb_channels"]),
        window_samples=int(arguments["window_length"]),
        hop_samples=int(arguments["n_hop"]),
        max_bin=int(arguments["max_bin"]),
        hidden_size=int(arguments["hidden_size"]),
        lstm_layers=int(arguments["nb_layers"]),
        bidirectional=bool(arguments["bidirectional"]),
    )
