"""Flip the sign: a sound is the same upside down.

Reference: Demucs's `FlipSign`, https://github.com/facebookresearch/demucs/blob/main/demucs/augment.py; Nachmani, Wolf,
"Unsupervised singing voice conversion", Interspeech 2019, https://arxiv.org/abs/1904.06590, used it with time reversal.
"""

from __future__ import annotations

import torch
from pydantic.dataclasses import dataclass

from audio.stems import Stems
from training.augment.augmentation import Augmentation
from training.augment.batches import batch_shape, coins, resummed, sources_of
from training.parts import STRICT, Share


@dataclass(frozen=True, config=STRICT)
class SignFlip(Augmentation):
    """Flips each stem of each item on its own; a mixture is summed again."""

    flip_probability: Share = 0.5

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return the batch with some stems upside down; see `Augmentation`."""
        sources = sources_of(stems)
        items = batch_shape(sources)[0]
        flipped = {stem: coins((items,), self.flip_probability, generator) for stem in sources}
        after = {
            stem: torch.where(flipped[stem].to(sound.device).view(-1, 1, 1), -sound, sound)
            for stem, sound in sources.items()
        }
        return resummed(stems, after, torch.stack(list(flipped.values())).any(dim=0))
