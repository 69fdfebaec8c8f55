"""The parts of a run that a recipe names: network, loss, augmentations, penalties."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import cast

import torch
from torch import nn

from audio.stems import Stems
from models.network import Network
from training.architectures import build_network
from training.augment.augmentation import Augmentation
from training.errors import RecipeError
from training.module import Augment, Loss
from training.penalties.registry import Penalty, build_penalties
from training.recipe import Recipe

_AUGMENTATIONS, _LOSSES = "training.augment.registry", "training.losses.registry"


@dataclass(frozen=True)
class Parts:
    """What a run is made of beside its data."""

    network: nn.Module
    """With its first weights."""
    loss: Loss
    augment: Augment
    penalties: tuple[Penalty, ...] = ()


def build_parts(recipe: Recipe) -> Parts:
    """Build what a recipe names.

    Raises:
        KitError: A name is unknown, or settings are not usable.
        RecipeError: The augmentations leave nothing of a chunk.
    """
    network = build_network(recipe.model, recipe.seed)
    # Imported here: their package auraloss is not needed to read or to check a recipe.
    loss = importlib.import_module(_LOSSES).build_loss(recipe.losses)
    sample_rate = cast(Network, network).sample_rate
    augment = build_augment(recipe, sample_rate)
    if recipe.data.context == "silence":
        _check_chunks(augment, recipe.data.chunk_samples(sample_rate))
    return Parts(network, loss, augment, build_penalties(recipe.penalties))


def build_augment(recipe: Recipe, sample_rate: int) -> Augment:
    """Build the augmentations of a recipe; a recipe without any leaves batches as they are.

    Args:
        recipe: The recipe.
        sample_rate: Of the network, in hertz.

    Raises:
        KitError: A name is unknown, or settings are not usable.
    """
    if not recipe.augmentations:
        return unchanged
    chain: Augment = importlib.import_module(_AUGMENTATIONS).build_chain(recipe.augmentations, sample_rate)
    return chain


def segment_samples(recipe: Recipe, sample_rate: int) -> int:
    """Return the length of the chunks that songs are cut into: the recipe's, or that of augmented training chunks.

    Raises:
        KitError: As `build_augment`.
    """
    if recipe.export.segment_seconds is not None:
        return round(recipe.export.segment_seconds * sample_rate)
    augment, samples = build_augment(recipe, sample_rate), recipe.data.chunk_samples(sample_rate)
    return augment.kept_samples(samples) if isinstance(augment, Augmentation) else samples


def _check_chunks(augment: Augment, samples: int) -> None:
    """Refuse augmentations that leave nothing of a chunk, or want a longer one."""
    kept = augment.kept_samples(samples) if isinstance(augment, Augmentation) else samples
    if not 1 <= kept <= samples:
        raise RecipeError(
            f"The augmentations must leave at least one sample of a chunk of {samples}, and no more than it has. Got "
            f"{kept}. Set a larger 'data.chunk_seconds', or lower what they take or want."
        )


def unchanged(stems: Stems, generator: torch.Generator) -> Stems:
    """Return a batch as it is."""
    return stems
