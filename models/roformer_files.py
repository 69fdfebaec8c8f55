"""RoFormers from checkpoints in the layout of lucidrains/BS-RoFormer 0.3, which MSST and all weights made with it keep.

The tensors tell every size; the stems' names, the hop and the chunk's length come from the model's row. The speeds of
the rotary positions stand under the key of each attention although each axis has one set: they are loaded, and a file
in which they differ is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor

from models.errors import SettingsError
from models.files.published_states import network_tensors, numbered_parts
from models.files.state_files import fitted_network, read_state, refuse_other_files
from models.manifest import ModelEntry
from models.network import Bag
from models.registry import BuildOptions
from models.roformer import OVERLAP, ConfigT, Roformer
from models.single_network import Recipe, build_single

NetworkT = TypeVar("NetworkT", bound=Roformer)

_ROTARY_KEY = re.compile(r"layers\.\d+\.(\d+)\.layers\.\d+\.0\.rotary_embed\.freqs")


def build_roformer(
    entry: ModelEntry, options: BuildOptions, make_config: Callable[..., ConfigT], make: Callable[[ConfigT], Roformer]
) -> Bag:
    """Build the network of a row whose `architecture` holds fields of its config.

    Args:
        entry: The row.
        options: As for every builder.
        make_config: The class of the config.
        make: The class of the network.

    Returns:
        The bag.

    Raises:
        SettingsError: The row's `architecture` or the settings are unusable.
        WeightError: The weight file is missing, damaged, or holds another network.
    """
    config = _row_config(entry, make_config)
    recipe = Recipe(
        make=lambda arguments: make(make_config(**arguments)),
        load=lambda path, model: load_roformer(path, model, config, make),
        segment_samples=config.segment_samples,
        overlap=OVERLAP,
        normalisation="none",
    )
    return build_single(entry, options, recipe)


def load_roformer(path: Path, model: str, config: ConfigT, make: Callable[[ConfigT], NetworkT]) -> NetworkT:
    """Load a checkpoint of either kind.

    Args:
        path: The file, verified before.
        model: Name of the model, for messages.
        config: What the tensors do not tell: stems, hop, chunk and, of mel bands, the frame. Sizes are read off them.
        make: The class of the network.

    Returns:
        The network in evaluation mode, on the CPU.

    Raises:
        WeightError: The file is no sound checkpoint, or not exactly the tensors of such a network.
    """
    with refuse_other_files(path, model, f"a RoFormer in the layout of MSST for {', '.join(config.stems)}"):
        state = network_tensors(read_state(path))
        _check_rotary_speeds(state)
        sized = replace(config, **_sizes(state)).with_bands(_band_widths(state))
        return fitted_network(lambda: make(sized), state)


def _row_config(entry: ModelEntry, make_config: Callable[..., ConfigT]) -> ConfigT:
    try:
        return make_config(**entry.architecture)
    except TypeError as error:
        raise SettingsError(
            f"The 'architecture' of the model '{entry.name}' must hold fields of its network's config. "
            f"Got {sorted(entry.architecture)}: {error}. Correct the model's row in the manifest."
        ) from error


def _sizes(state: Mapping[str, Tensor]) -> dict[str, Any]:
    """Return the fields of a config that the shapes of the tensors tell, but for its bands."""
    features = state["band_split.to_features.0.1.weight"].shape[0]
    mask = "mask_estimators.0.to_freqs.0.0"
    layers = numbered_parts(state, f"{mask}.")
    sizes = {
        "features": features,
        "depth": numbered_parts(state, "layers."),
        "time_depth": numbered_parts(state, "layers.0.0.layers."),
        "frequency_depth": numbered_parts(state, "layers.0.1.layers."),
        "heads": state["layers.0.0.layers.0.0.to_gates.weight"].shape[0],
        "head_features": 2 * state["layers.0.0.layers.0.0.rotary_embed.freqs"].shape[0],
        "mask_layers": layers,
    }
    if layers > 1:
        sizes["mask_expansion"] = state[f"{mask}.0.weight"].shape[0] // features
    return sizes


def _band_widths(state: Mapping[str, Tensor]) -> list[int]:
    """Return the real numbers of each band in a frame."""
    count = numbered_parts(state, "band_split.to_features.")
    return [state[f"band_split.to_features.{band}.1.weight"].shape[1] for band in range(count)]


def _check_rotary_speeds(state: Mapping[str, Tensor]) -> None:
    first_of_axis: dict[str, str] = {}
    for key in state:
        found = _ROTARY_KEY.fullmatch(key)
        if found is None:
            continue
        first = first_of_axis.setdefault(found[1], key)
        if not torch.equal(state[key], state[first]):
            raise SettingsError(f"other speeds of the rotary positions in '{key}' than in '{first}'")
