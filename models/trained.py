"""Networks that `mdx train` made: any architecture of this package, named by its row of the manifest.

The row that a run writes beside its weights says which classes the network is made of, its sizes, and how it was
trained to be run. The weight file is in the safetensors format, so nothing in it can run; of a network that was trained
quantised it holds few bits for each weight (`models.files.quantised_files`).
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass
from torch import nn

from models.config_content import with_content
from models.each_channel import for_any_channels
from models.errors import SettingsError, WeightError
from models.files.quantised_files import restored_tensors
from models.files.safetensors_files import load_state
from models.files.state_files import refuse_other_files
from models.manifest import ModelEntry
from models.network import Bag, Network, Normalisation
from models.registry import BuildOptions
from models.seeding import seeded_torch
from models.single_network import Recipe, build_single
from models.validation import read_settings

_OwnClass = Annotated[str, Field(pattern=r"^models\.[a-z_][\w.]*:[A-Z]\w*$")]


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class TrainedRow:
    """The manifest's `architecture` block."""

    network: _OwnClass
    """Import string "module:class" of the network, of this package."""
    config: _OwnClass
    """Import string of its config."""
    sizes: dict[str, Any]
    """Fields of the config."""
    segment_samples: Annotated[int, Field(ge=1)]
    """Length of the chunks that it was trained on."""
    overlap: Annotated[float, Field(ge=0, lt=1)]
    """Share of a chunk that the next one covers again."""
    normalisation: Normalisation


def build(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the network of such a row (`models.single_network` says what else is raised).

    Raises:
        SettingsError: The row's classes or sizes are not usable.
    """
    row = read_settings(TrainedRow, entry.architecture, entry.name)
    recipe = Recipe(
        make=lambda arguments: _network(row, _overrides(arguments, entry), entry.name),
        load=lambda path, model: _load(path, model, row),
        segment_samples=row.segment_samples,
        overlap=row.overlap,
        normalisation=row.normalisation,
    )
    return build_single(entry, options, recipe)


def _load(path: Path, model: str, row: TrainedRow) -> Network:
    stored = load_state(path, model).state
    with seeded_torch(0):
        network = _network(row, {}, model)
    assert isinstance(network, nn.Module)
    shapes = {name: tensor.shape for name, tensor in network.state_dict().items()}
    with refuse_other_files(path, model, f"the tensors of {row.network}"):
        state = restored_tensors(stored, shapes)
    try:
        network.load_state_dict(state, strict=True)
    except RuntimeError as error:
        raise WeightError(
            f"The file '{path}' of the model '{model}' must hold the tensors of {row.network}. Got others: {error} "
            "Export the model again, and use the row that is written beside it."
        ) from error
    network.eval()
    return network


def _network(row: TrainedRow, overrides: Mapping[str, Any], model: str) -> Network:
    network_class, config_class = _class_of(row.network, model), _class_of(row.config, model)
    config = with_content(config_class(), {**row.sizes, **overrides})
    return cast(Network, for_any_channels(network_class(config)))


def _overrides(arguments: Mapping[str, Any], entry: ModelEntry) -> dict[str, Any]:
    """Keep what is set beside the row."""
    return {key: value for key, value in arguments.items() if key not in entry.architecture}


def _class_of(import_string: str, model: str) -> Any:
    module, name = import_string.split(":")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise SettingsError(
            f"The row of the model '{model}' must name classes of this kit. Got {import_string}: {error}. "
            "Use the version of the kit that trained it."
        ) from error
