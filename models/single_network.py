"""Build a bag of one network: what the builders of most network models have in common.

A model's file says how its network is made and read and how it was run (`Recipe`); where weights come from, random
weights on request, and the checks are the same for all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as settings_dataclass

from models.errors import SettingsError, WeightError
from models.files.checkpoints import locate_weights
from models.manifest import ModelEntry, WeightFile
from models.network import UNFILTERED, Bag, Member, Network, Normalisation, WienerUse
from models.registry import BuildOptions
from models.seeding import seeded_torch
from models.validation import read_settings

logger = logging.getLogger(__name__)


@settings_dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class SingleSettings:
    """What a plan may set for a model of one network, beside the engine's settings."""

    weights_folder: str | None = None
    """Folder or folders searched first for the weight file."""
    random_arguments: dict[str, Any] = Field(default_factory=dict)
    """Fields of the network's config for random weights only; a weight file brings its own."""


@dataclass(frozen=True)
class Recipe:
    """How a network is made, read and run."""

    make: Callable[[Mapping[str, Any]], Network]
    """Fields of its config -> the network with random weights."""
    load: Callable[[Path, str], Network]
    """Verified weight file and the model's name -> the network."""
    segment_samples: int | None
    """Length of a chunk; None takes the song whole."""
    overlap: float
    """Share of a chunk that the next one covers again."""
    normalisation: Normalisation
    wiener: WienerUse = UNFILTERED
    """How its magnitudes were filtered, where it estimates magnitudes."""


def build_single(entry: ModelEntry, options: BuildOptions, recipe: Recipe) -> Bag:
    """Build the bag of a row whose model is one network.

    Raises:
        SettingsError: Unknown or unusable settings.
        WeightError: The weight file is missing, damaged, or holds another network.
    """
    settings = read_settings(SingleSettings, options.settings, entry.name)
    if options.random_weights:
        network = _make(entry, options, recipe, settings.random_arguments)
    else:
        refuse_random_arguments(settings, entry.name)
        path = locate_weights(entry.name, _weight_file(entry), settings.weights_folder)
        network = recipe.load(path, entry.name)
        _check(network, entry, path)
    member = Member(
        network=network,
        stem_weights=dict.fromkeys(entry.stems, 1.0),
        segment_samples=recipe.segment_samples,
        overlap=recipe.overlap,
        normalisation=recipe.normalisation,
    )
    return Bag((member,), entry.stems, entry.sample_rate, options.device, recipe.wiener)


def refuse_random_arguments(settings: SingleSettings, name: str) -> None:
    """Refuse arguments for random weights beside published ones.

    Args:
        settings: What the plan sets.
        name: Name of the model, for the message.

    Raises:
        SettingsError: There are such arguments.
    """
    if settings.random_arguments:
        raise SettingsError(
            f"The setting 'random_arguments' of the model '{name}' must go with random weights. "
            f"Got {sorted(settings.random_arguments)} with published ones, which bring their own: leave it out."
        )


def _make(entry: ModelEntry, options: BuildOptions, recipe: Recipe, overrides: Mapping[str, Any]) -> Network:
    logger.warning("%s is built with RANDOM weights, as was asked: its output is noise-like.", entry.name)
    try:
        with seeded_torch(options.seed):
            return recipe.make({**entry.architecture, **overrides})
    except TypeError as error:
        raise SettingsError(
            f"The setting 'random_arguments' of the model '{entry.name}' must name fields of its network's config. "
            f"Got {sorted(overrides)}: {error}."
        ) from error


def _weight_file(entry: ModelEntry) -> WeightFile:
    if not entry.weights:
        raise WeightError(
            f"The model '{entry.name}' must have a weight file to separate with. Its row in models/manifest.yaml names "
            "none: train it (docs/add_a_model.md), or try it with --random-weights."
        )
    return entry.weights[0]


def _check(network: Network, entry: ModelEntry, path: Path) -> None:
    expected, received = (entry.sample_rate, sorted(entry.stems)), (network.sample_rate, sorted(network.stems))
    if received != expected:
        raise WeightError(
            f"The file '{path}' of the model '{entry.name}' must hold a network for (sample rate, stems) {expected}. "
            f"Got {received}. Replace it by the published file; `mdx models show {entry.name}` has its URL."
        )
