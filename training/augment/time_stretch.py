"""Play items slower or faster at the same pitch.

Reference: Cohen-Hadria, Roebel, Peeters, "Improving singing voice separation using deep U-Net and Wave-U-Net with data
augmentation", EUSIPCO 2019, https://arxiv.org/abs/1903.01415; they stretch with SuperVP, here a phase vocoder does it.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated

import torch
from pydantic import Field
from pydantic.dataclasses import dataclass

from audio.stems import Stems
from training.augment.augmentation import Augmentation
from training.augment.batches import batch_shape, choices, items_by_draw, sources_of, with_items_changed
from training.augment.phase_vocoder import stretch
from training.parts import STRICT


@dataclass(frozen=True, config=STRICT)
class TimeStretch(Augmentation):
    """Stretches whole items by one of some factors and cuts all to the shortest; a mixture is summed again.

    Stems are stretched on their own, the mixture of a stretched item is their sum.
    """

    duration_factors: Annotated[tuple[Annotated[float, Field(ge=0.25, le=4.0)], ...], Field(min_length=1)] = (
        0.85,
        0.93,
        1.0,
        1.07,
        1.15,
    )
    """How many times as long; all equally likely, 1 leaves an item as it is.

    0.85 mirrors 1.15; it is our reading of the study's first factor, which could not be checked in the paper.
    """

    def kept_samples(self, samples: int) -> int:
        """Return the length of the shortest stretched item, at most that of the items, at least one sample."""
        return max(1, min(samples, round(samples * min(self.duration_factors))))

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return the batch with items of other tempos; see `Augmentation`."""
        sources = sources_of(stems)
        items, _, samples = batch_shape(sources)
        factors = choices(items, self.duration_factors, generator)
        changes = [(numbers, partial(stretch, tempo=1 / factor)) for factor, numbers in items_by_draw(factors, 1.0)]
        return with_items_changed(stems, self.kept_samples(samples), changes)
