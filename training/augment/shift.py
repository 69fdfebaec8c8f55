"""Begin each stem elsewhere: random chunks, and stems that no longer play together.

References: Uhlich et al., "Improving music source separation based on deep neural networks through data augmentation
and network blending", ICASSP 2017, https://doi.org/10.1109/ICASSP.2017.7952158, for chunks drawn for each instrument;
Demucs's `Shift`, https://github.com/facebookresearch/demucs/blob/main/demucs/augment.py, for shifts by up to a second.
"""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from audio.stems import MIXTURE, SAMPLE_RATE, Stems
from training.augment.augmentation import Augmentation
from training.augment.batches import BatchError, batch_shape, sources_of, total
from training.parts import STRICT

Seconds = Annotated[float, Field(gt=0.0)]


@dataclass(frozen=True, config=STRICT)
class _Cut(Augmentation):
    """Base of what keeps a piece of each item: its length is fixed, its start is drawn."""

    sample_rate: Annotated[int, Field(gt=0)] = SAMPLE_RATE
    same_for_all_stems: bool = False
    """Whether the stems of an item stay together; then a mixture is cut with them, else it is summed again."""

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return pieces of the batch; see `Augmentation`."""
        sources = sources_of(stems)
        items, _, samples = batch_shape(sources)
        kept = self.kept_samples(samples)
        if not 1 <= kept <= samples:
            raise BatchError(
                f"Items must be longer than the shift, or at least as long as the chunk. Got items of {samples} "
                f"samples, of which {kept} were to be kept. Read longer items, or lower shift_seconds or chunk_seconds."
            )

        def starts() -> Tensor:
            return torch.randint(samples - kept + 1, (items,), generator=generator)

        if self.same_for_all_stems:
            shared = starts()
            return {name: _from(sound, shared, kept) for name, sound in stems.items()}
        after = {stem: _from(sound, starts(), kept) for stem, sound in sources.items()}
        return {**after, MIXTURE: total(after)} if MIXTURE in stems else after


@dataclass(frozen=True, config=STRICT)
class Shift(_Cut):
    """Moves each stem of each item by up to a second and keeps what all positions have: a second less."""

    shift_seconds: Seconds = 1.0

    def kept_samples(self, samples: int) -> int:
        """Return the samples of items less the longest shift."""
        return samples - round(self.shift_seconds * self.sample_rate)


@dataclass(frozen=True, config=STRICT)
class RandomChunk(_Cut):
    """Cuts a chunk out of each stem of each item, anywhere; six seconds are what Open-Unmix trains on."""

    chunk_seconds: Seconds = 6.0

    def kept_samples(self, samples: int) -> int:
        """Return the samples of a chunk, whatever the length of the items."""
        return round(self.chunk_seconds * self.sample_rate)


def _from(sound: Tensor, starts: Tensor, kept: int) -> Tensor:
    """Cut a piece out of each item, beginning at its own start."""
    positions = starts.view(-1, 1, 1) + torch.arange(kept)
    return sound.gather(2, positions.to(sound.device).expand(-1, sound.shape[1], -1))
