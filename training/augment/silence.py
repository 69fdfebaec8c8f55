"""Leave stems out: real songs have passages without a voice, a bass or drums, and whole instrumentals.

Reference: Luo, Yu, "Music source separation with band-split RNN", 2022, section 4.1, where a chunk of a stem is silent
with a probability of 0.1, https://arxiv.org/abs/2209.15174
"""

from __future__ import annotations

import torch
from pydantic import Field
from pydantic.dataclasses import dataclass

from audio.stems import Stems
from training.augment.augmentation import Augmentation
from training.augment.batches import batch_shape, coins, resummed, sources_of
from training.parts import STRICT, Share


@dataclass(frozen=True, config=STRICT)
class Silence(Augmentation):
    """Silences each stem of each item on its own; a mixture is summed again."""

    silent_probability: Share = 0.1
    stem_probabilities: dict[str, Share] = Field(default_factory=dict)
    """Stem name -> its own probability."""

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return the batch with some stems silent; see `Augmentation`."""
        sources = sources_of(stems)
        items = batch_shape(sources)[0]
        silent = {
            stem: coins((items,), self.stem_probabilities.get(stem, self.silent_probability), generator)
            for stem in sources
        }
        after = {
            stem: torch.where(silent[stem].to(sound.device).view(-1, 1, 1), torch.zeros_like(sound), sound)
            for stem, sound in sources.items()
        }
        return resummed(stems, after, torch.stack(list(silent.values())).any(dim=0))
