"""Make stems louder or softer: no mix is the only one possible.

References: Uhlich et al., "Improving music source separation based on deep neural networks through data augmentation
and network blending", ICASSP 2017, https://doi.org/10.1109/ICASSP.2017.7952158, for 0.25 to 1.25 (Demucs's `Scale` has
the same range); Stoller, Ewert, Dixon, "Wave-U-Net", ISMIR 2018, https://arxiv.org/abs/1806.03185, for 0.7 to 1.
"""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from pydantic.dataclasses import dataclass

from audio.stems import Stems
from training.augment.augmentation import Augmentation
from training.augment.batches import batch_shape, resummed, sources_of, uniform
from training.parts import STRICT, check_range

Factor = Annotated[float, Field(ge=0.0)]


@dataclass(frozen=True, config=STRICT)
class Gain(Augmentation):
    """Multiplies each stem of each item by a factor of its own; a mixture is summed again. Uhlich's range."""

    smallest_factor: Factor = 0.25
    largest_factor: Factor = 1.25

    def __post_init__(self) -> None:
        check_range(self.smallest_factor, self.largest_factor, "gains")

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return the batch with new levels; see `Augmentation`."""
        sources = sources_of(stems)
        items = batch_shape(sources)[0]
        after = {}
        for stem, sound in sources.items():
            factors = uniform((items, 1, 1), self.smallest_factor, self.largest_factor, generator)
            after[stem] = sound * factors.to(sound)
        return resummed(stems, after, torch.ones(items, dtype=torch.bool))


@dataclass(frozen=True, config=STRICT)
class NarrowGain(Gain):
    """The same with Stoller's range, which never makes a stem louder."""

    smallest_factor: Factor = 0.7
    largest_factor: Factor = 1.0
