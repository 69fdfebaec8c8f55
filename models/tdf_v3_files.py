"""Published weights of TFC-TDF v3: a state dict, whose tensors tell most sizes of the network.

Reference: https://github.com/ZFTurbo/Music-Source-Separation-Training (models/mdx23c_tfc_tdf_v3.py)
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from models.files.published_states import network_tensors, numbered_parts
from models.files.state_files import fitted_network, read_state, refuse_other_files
from models.manifest import ModelEntry
from models.network import Bag, Normalisation
from models.registry import BuildOptions
from models.single_network import Recipe, build_single
from models.tdf_v3 import TDFV3, TDFV3Config
from models.validation import read_settings


def sizes_of(state: Mapping[str, Tensor]) -> dict[str, Any]:
    """Read off a state dict what its tensors tell about the config: not stems, transform, band, subbands, activation.

    Raises:
        KeyError: The tensors are those of another network.
    """
    first, down = state["first_conv.weight"], state["encoder_blocks.0.downscale.conv.2.weight"]
    narrow, bins = state["encoder_blocks.0.tfc_tdf.blocks.0.tdf.2.weight"].shape
    return {
        "width": first.shape[0],
        "growth": down.shape[0] - down.shape[1],
        "scales": numbered_parts(state, "encoder_blocks."),
        "blocks": numbered_parts(state, "encoder_blocks.0.tfc_tdf.blocks."),
        "bottleneck": bins // narrow,
        "time_factor": down.shape[2],
        "frequency_factor": down.shape[3],
    }


def load_network(path: Path, model: str, known: Mapping[str, Any] | None = None) -> TDFV3:
    """Load published weights; sizes are read off the tensors where these tell them.

    Args:
        path: A verified file: a state dict, or a checkpoint of a training run that holds one.
        model: Name of the model, for messages.
        known: Fields of `TDFV3Config` that the tensors do not tell, where they are not the published ones.

    Raises:
        WeightError: The file holds anything else than the tensors of one such network.
    """
    with refuse_other_files(path, model, "the state dict of a TFC-TDF v3 network"):
        state = network_tensors(read_state(path))
        fitting = TDFV3Config(**{**(known or {}), **sizes_of(state)})
        return fitted_network(lambda: TDFV3(fitting), state)


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class TDFV3Row:
    """The manifest's `architecture` block."""

    segment_samples: int = Field(default=261_120, ge=1)
    """Length of a chunk."""
    overlap: float = Field(default=0.75, ge=0, lt=1)
    """Share of a chunk that the next one covers again."""
    normalisation: Normalisation = "none"
    """What is done to songs before."""
    network: dict[str, Any] = Field(default_factory=dict)
    """Fields of `TDFV3Config`."""


def build(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the network of this row (`models.single_network` says what is raised)."""
    row = read_settings(TDFV3Row, entry.architecture, entry.name)
    recipe = Recipe(
        make=lambda arguments: TDFV3(TDFV3Config(**{**row.network, **arguments})),
        load=lambda path, model: load_network(path, model, row.network),
        segment_samples=row.segment_samples,
        overlap=row.overlap,
        normalisation=row.normalisation,
    )
    return build_single(entry.model_copy(update={"architecture": {}}), options, recipe)
