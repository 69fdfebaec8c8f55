"""Play items backwards: other attacks and decays, the same spectra.

Reference: Nachmani, Wolf, "Unsupervised singing voice conversion", Interspeech 2019, https://arxiv.org/abs/1904.06590,
who get four times the data from it and the flip of the sign.
"""

from __future__ import annotations

import torch
from pydantic.dataclasses import dataclass

from audio.stems import Stems
from training.augment.augmentation import Augmentation
from training.augment.batches import batch_shape, coins, sources_of
from training.parts import STRICT, Share


@dataclass(frozen=True, config=STRICT)
class TimeReversal(Augmentation):
    """Reverses whole items, so that their stems stay together; a mixture is reversed with them."""

    reversal_probability: Share = 0.5

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return the batch with some items backwards; see `Augmentation`."""
        backwards = coins((batch_shape(sources_of(stems))[0],), self.reversal_probability, generator).view(-1, 1, 1)
        return {name: torch.where(backwards.to(sound.device), sound.flip(2), sound) for name, sound in stems.items()}
