"""Published weight files of xumx-sliCQ: bare state dicts, one autoencoder after another.

The networks here keep the four autoencoders of a block together, so loading joins their tensors. A file says nothing
about the transform; its row in the manifest does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor

from models.errors import SettingsError
from models.files.state_files import fitted_network, read_state, refuse_other_files
from models.manifest import ModelEntry
from models.network import Bag
from models.registry import BuildOptions
from models.single_network import Recipe, build_single
from models.slicq_network import SlicqNetwork, SlicqNetworkConfig
from models.xumx_slicq import XumxSlicq, XumxSlicqConfig
from models.xumx_slicq_v1 import XumxSlicqV1, XumxSlicqV1Config

SEGMENT_SAMPLES = 2_621_440
"""Length of a piece in the publisher's code, 59 s."""
OVERLAP = 0.02
"""Of pieces, 1.2 s, which is about as far as a network looks; the publisher's code has none."""

_PLACES = {
    "encode": 0,
    "encode_norm": 1,
    "squeeze": 3,
    "squeeze_norm": 4,
    "expand": 6,
    "expand_norm": 7,
    "decode": 9,
    "decode_norm": 10,
    "grow": 12,
}
"""Layer of an autoencoder -> its place in the publisher's sequence, activations counted."""

NetworkT = TypeVar("NetworkT", bound=SlicqNetwork)


def build(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the network of a row of version 2 (`models.single_network` says what is raised)."""
    return _build(entry, options, XumxSlicqConfig, XumxSlicq)


def build_v1(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the network of a row of version 1 (`models.single_network` says what is raised)."""
    return _build(entry, options, XumxSlicqV1Config, XumxSlicqV1)


def _build(
    entry: ModelEntry,
    options: BuildOptions,
    config_class: Callable[..., SlicqNetworkConfig],
    network_class: Callable[[Any], SlicqNetwork],
) -> Bag:
    def make(arguments: Mapping[str, Any]) -> SlicqNetwork:
        return network_class(config_class(**arguments))

    recipe = Recipe(
        make=make,
        load=lambda path, model: load_network(path, model, lambda: make(entry.architecture)),
        segment_samples=SEGMENT_SAMPLES,
        overlap=OVERLAP,
        normalisation="none",
    )
    return build_single(entry, options, recipe)


def load_network(path: Path, model: str, make: Callable[[], NetworkT]) -> NetworkT:
    """Load a published network.

    Args:
        path: A verified `.pth` file.
        model: Name of the model, for messages.
        make: Makes the network with any weights.

    Returns:
        The network in evaluation mode, on the CPU.

    Raises:
        WeightError: The file does not hold exactly this network's tensors.
    """
    with refuse_other_files(path, model, "an xumx-sliCQ network of the sizes of its row"):
        with torch.device("meta"):
            parts = published_parts(make())
        return fitted_network(make, join_published(parts, read_state(path)))


def published_parts(network: SlicqNetwork) -> dict[str, tuple[str, ...]]:
    """Return the name of each tensor of a network -> the published names of its parts, in the order of the stems."""
    return {name: _parts(network, *name.split(".")[1:]) for name in network.state_dict()}


def _parts(network: SlicqNetwork, block: str, layer: str, tensor: str | None = None) -> tuple[str, ...]:
    if isinstance(network, XumxSlicqV1):
        place = layer if tensor is None else f"cdae.{_PLACES[layer]}.{tensor}"
        return tuple(f"bucketed_unmixes_{stem}.{block}.{place}" for stem in network.stems)
    if tensor is None:
        return (f"sliced_umx.{block}.{layer}",)
    places = [f"cdaes.{stem}.{_PLACES[layer]}.{tensor}" for stem in range(len(network.stems))]
    return tuple(f"sliced_umx.{block}.{place}" for place in places)


def join_published(parts_of: Mapping[str, tuple[str, ...]], published: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Turn a published state dict into a network's.

    Args:
        parts_of: Name of each tensor of the network -> the published names of its parts.
        published: The published tensors.

    Raises:
        SettingsError: The file has tensors that the network does not know.
        KeyError: A tensor is missing; the message is its name.
        RuntimeError: The parts of a tensor differ in shape.
    """
    unknown = sorted(published.keys() - {part for parts in parts_of.values() for part in parts})
    if unknown:
        raise SettingsError(f"tensors that xumx-sliCQ does not have: {', '.join(unknown[:3])}")
    return {own: _join(own, [published[part] for part in parts]) for own, parts in parts_of.items()}


def _join(own: str, parts: list[Tensor]) -> Tensor:
    if len(parts) == 1 or own.endswith("num_batches_tracked"):
        return parts[0]
    return torch.stack(parts) if own.endswith(("input_mean", "input_scale")) else torch.cat(parts)
