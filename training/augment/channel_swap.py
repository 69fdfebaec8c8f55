"""Swap left and right: instruments lie anywhere in the stereo image.

Reference: Uhlich et al., "Improving music source separation based on deep neural networks through data augmentation and
network blending", ICASSP 2017, https://doi.org/10.1109/ICASSP.2017.7952158; Demucs's `FlipChannels` does the same,
https://github.com/facebookresearch/demucs/blob/main/demucs/augment.py
"""

from __future__ import annotations

import torch
from pydantic.dataclasses import dataclass

from audio.stems import Stems
from training.augment.augmentation import Augmentation
from training.augment.batches import BatchError, batch_shape, coins, resummed, sources_of
from training.parts import STRICT, Share


@dataclass(frozen=True, config=STRICT)
class ChannelSwap(Augmentation):
    """Swaps the two channels of each stem of each item on its own; a mixture is summed again."""

    swap_probability: Share = 0.5

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return the batch with some stems swapped; see `Augmentation`."""
        sources = sources_of(stems)
        items, channels, _ = batch_shape(sources)
        if channels != 2:
            raise BatchError(
                f"Only stereo has channels to swap. Got {channels} channels. Take channel_swap out of the recipe."
            )
        swapped = {stem: coins((items,), self.swap_probability, generator) for stem in sources}
        after = {
            stem: torch.where(swapped[stem].to(sound.device).view(-1, 1, 1), sound.flip(1), sound)
            for stem, sound in sources.items()
        }
        return resummed(stems, after, torch.stack(list(swapped.values())).any(dim=0))
