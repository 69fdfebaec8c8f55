"""From a checkpoint of a run to a model that the kit separates with: a weight file and a row for the manifest."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
import yaml
from torch import Tensor, nn

from audio.atomic import atomic_path, write_text_atomically
from models.files.tensor_files import write_tensors
from models.files.weight_files import sha256_of
from models.manifest import ModelEntry
from models.network import Network
from training.architectures import BUILDER, architecture_of, build_config, build_network
from training.assembly import segment_samples
from training.errors import RunError
from training.quantisation import quantised
from training.recipe import NumberType, Recipe

NETWORK_PREFIX = "network."
"""Begins the names of the network's tensors in the state of a `training.module.SeparationModule`."""

_NUMBER_TYPES: Mapping[NumberType, torch.dtype] = {"float32": torch.float32, "float16": torch.float16}


@dataclass(frozen=True)
class ExportedModel:
    """What was written."""

    weights: Path
    """The safetensors file."""
    row: Path
    """YAML: a list with one row of models/manifest.yaml."""
    entry: ModelEntry
    """The row."""


def export_checkpoint(checkpoint: Path, recipe: Recipe, folder: Path, score: float | None = None) -> ExportedModel:
    """Write the network of a checkpoint; of a run with averaged weights the average, of a quantised one few bits.

    Args:
        checkpoint: What the run saved.
        recipe: Its recipe.
        folder: Where the files go.
        score: The best value of the recipe's monitor, for the summary.

    Raises:
        OSError: The folder cannot be written.
        RunError: A weight is too large for the type of number that the recipe stores.
    """
    saved = torch.load(checkpoint, map_location="cpu", weights_only=True)["state_dict"]
    network = build_network(recipe.model, recipe.seed)
    quantiser = quantised(network, recipe.model.quantiser)
    state = {name.removeprefix(NETWORK_PREFIX): saved[name] for name in saved if name.startswith(NETWORK_PREFIX)}
    network.load_state_dict(state, strict=True)
    tensors = _stored(network, recipe.export.number_type) if quantiser is None else quantiser.settle()
    name = recipe.export.name or recipe.name
    weights, row = folder / f"{name}.safetensors", folder / f"{name}.yaml"
    with atomic_path(weights) as temporary:
        write_tensors(temporary, dict(sorted(tensors.items())), _facts(recipe, name))
    content = _row(recipe, cast(Network, network), weights, score)
    text = yaml.safe_dump([content], sort_keys=False, allow_unicode=True, width=120)
    write_text_atomically(row, text)
    return ExportedModel(weights, row, ModelEntry.model_validate(content))


def _stored(network: nn.Module, number_type: NumberType) -> dict[str, Tensor]:
    """Return the state, its fractions as numbers of a type; they are read back as the network's own type."""
    target = _NUMBER_TYPES[number_type]
    stored = {}
    for name, tensor in network.state_dict().items():
        stored[name] = tensor.to(target) if tensor.is_floating_point() else tensor
        if tensor.isfinite().all() and not stored[name].isfinite().all():
            raise RunError(
                f"Weights that are stored as {number_type} must lie within {torch.finfo(target).max:g}. "
                f"Got {tensor.abs().max():g} in '{name}'. Set export.number_type to float32."
            )
    return stored


def _facts(recipe: Recipe, name: str) -> dict[str, str]:
    return {"model": name, "config": json.dumps(dataclasses.asdict(build_config(recipe.model)))}


def _row(recipe: Recipe, network: Network, weights: Path, score: float | None) -> dict[str, Any]:
    section, config = recipe.export, build_config(recipe.model)
    architecture = architecture_of(recipe.model.architecture)
    result = "" if score is None else f" {recipe.loop.monitor} {score:.3f} on its own validation songs."
    return {
        "name": weights.stem,
        "builder": BUILDER,
        "runs_in_engine": True,
        "summary": section.summary + result,
        "licence": section.licence,
        "training_data": section.training_data,
        "leaderboards": list(section.leaderboards),
        "stems": list(network.stems),
        "sample_rate": network.sample_rate,
        "architecture": {
            "network": architecture.network,
            "config": architecture.config,
            "sizes": json.loads(json.dumps(dataclasses.asdict(config))),
            "segment_samples": segment_samples(recipe, network.sample_rate),
            "overlap": section.overlap,
            "normalisation": recipe.model.normalisation,
        },
        "weights": [
            {
                "role": "all",
                "name": weights.name,
                "sha256": sha256_of(weights),
                "approximate_megabytes": round(max(weights.stat().st_size / 1e6, 0.1), 1),
            }
        ],
    }
