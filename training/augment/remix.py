"""Mix stems of different songs: the strongest augmentation of the field, since songs are few and their mixes many.

References: Uhlich et al., "Improving music source separation based on deep neural networks through data augmentation
and network blending", ICASSP 2017, https://doi.org/10.1109/ICASSP.2017.7952158; Demucs's `Remix`, which shuffles within
groups so that the odds of keeping two stems together do not depend on the number of devices,
https://github.com/facebookresearch/demucs/blob/main/demucs/augment.py
"""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from audio.stems import Stems
from training.augment.augmentation import Augmentation
from training.augment.batches import BatchError, batch_shape, resummed, sources_of
from training.parts import STRICT


@dataclass(frozen=True, config=STRICT)
class RemixAcrossSongs(Augmentation):
    """Permutes each stem over the batch on its own; a mixture is summed again."""

    @property
    def mixes_items(self) -> bool:
        """Always true."""
        return True

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return new mixes of the batch's stems; see `Augmentation`."""
        return _shuffled(stems, batch_shape(sources_of(stems))[0], generator)


@dataclass(frozen=True, config=STRICT)
class RemixWithinGroups(Augmentation):
    """Permutes each stem within groups of items on its own; a mixture is summed again."""

    group_size: Annotated[int, Field(ge=1)] = 4
    """Items of a group; the batch is a multiple of it."""

    @property
    def mixes_items(self) -> bool:
        """Always true."""
        return True

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return new mixes of each group's stems; see `Augmentation`."""
        items = batch_shape(sources_of(stems))[0]
        if items % self.group_size:
            raise BatchError(
                f"The batch must be a multiple of the group of {self.group_size} items that are remixed. "
                f"Got {items} items. Change the batch size or group_size."
            )
        return _shuffled(stems, self.group_size, generator)


def _shuffled(stems: Stems, group_size: int, generator: torch.Generator) -> Stems:
    sources = sources_of(stems)
    items = batch_shape(sources)[0]
    origins = {stem: _permutation(items, group_size, generator) for stem in sources}
    after = {stem: sound.index_select(0, origins[stem].to(sound.device)) for stem, sound in sources.items()}
    moved = torch.stack([origin != torch.arange(items) for origin in origins.values()])
    return resummed(stems, after, moved.any(dim=0))


def _permutation(items: int, group_size: int, generator: torch.Generator) -> Tensor:
    """Return which item each item's sound comes from; groups lie one after the other."""
    starts = range(0, items, group_size)
    return torch.cat([start + torch.randperm(group_size, generator=generator) for start in starts])
