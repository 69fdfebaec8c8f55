"""Augmentations made of augmentations: one after the other, and only sometimes."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from audio.stems import MIXTURE, Stems
from training.augment.augmentation import Augmentation
from training.augment.batches import BatchError, batch_shape, coins, sources_of, total


@dataclass(frozen=True)
class Chain(Augmentation):
    """One augmentation after the other."""

    augmentations: tuple[Augmentation, ...]

    @property
    def mixes_items(self) -> bool:
        """Whether any of them does."""
        return any(augmentation.mixes_items for augmentation in self.augmentations)

    def kept_samples(self, samples: int) -> int:
        """Return what all of them together leave of a length."""
        for augmentation in self.augmentations:
            samples = augmentation.kept_samples(samples)
        return samples

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return the batch after the last of them; see `Augmentation`."""
        for augmentation in self.augmentations:
            stems = augmentation(stems, generator)
        return stems


@dataclass(frozen=True)
class Sometimes(Augmentation):
    """An augmentation of some items; the others are cut to its length and otherwise left alone.

    An augmentation that mixes items is applied to all of them or to none.
    """

    augmentation: Augmentation
    probability: float
    """Odds of each item, beside the augmentation's own; of the whole batch where items are mixed."""

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise BatchError(f"The probability of an augmentation must be from 0 to 1. Got {self.probability}.")

    @property
    def mixes_items(self) -> bool:
        """Whether the augmentation does."""
        return self.augmentation.mixes_items

    def kept_samples(self, samples: int) -> int:
        """Return the length that the augmentation leaves; items it does not change are cut to it."""
        return self.augmentation.kept_samples(samples)

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return the batch with some items changed; see `Augmentation`."""
        items, _, samples = batch_shape(sources_of(stems))
        if self.mixes_items:
            chosen = coins((1,), self.probability, generator).expand(items)
        else:
            chosen = coins((items,), self.probability, generator)
        there = chosen.nonzero().flatten()
        kept = self.kept_samples(samples)
        cut = {name: sound[..., :kept] for name, sound in stems.items()}
        if not len(there):
            return cut
        changed = self.augmentation({name: sound[there.to(sound.device)] for name, sound in stems.items()}, generator)
        if MIXTURE in changed and MIXTURE not in cut:
            cut[MIXTURE] = total(cut)
        return {name: cut[name].index_copy(0, there.to(sound.device), sound) for name, sound in changed.items()}
