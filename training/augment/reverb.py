"""A little reverberation as on a master: a tail of decaying noise, the same for all stems.

Convolution is linear, so the stems still add up to the mixture. Ranges are ours: short and soft, since finished mixes
have rooms of their own.

Reference: Moorer, "About this reverberation business", Computer Music Journal 3(2), 1979, on exponentially decaying
noise as the response of a room, https://doi.org/10.2307/3680280
"""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from audio.stems import SAMPLE_RATE, Stems
from training.augment.augmentation import Augmentation
from training.augment.batches import batch_shape, sources_of, uniform
from training.augment.filtering import filtered
from training.parts import STRICT, check_range

Positive = Annotated[float, Field(gt=0.0)]


@dataclass(frozen=True, config=STRICT)
class Reverb(Augmentation):
    """Adds a tail of its own to each item and channel; a mixture gets the one of its stems."""

    shortest_decay_seconds: Positive = 0.1
    longest_decay_seconds: Positive = 0.5
    """Time in which the tail falls by 60 dB."""
    lowest_level_db: float = -30.0
    highest_level_db: float = -15.0
    """Energy of the tail relative to the direct sound."""
    first_reflection_seconds: Annotated[float, Field(ge=0.0)] = 0.01
    sample_rate: Annotated[int, Field(gt=0)] = SAMPLE_RATE

    def __post_init__(self) -> None:
        check_range(self.shortest_decay_seconds, self.longest_decay_seconds, "decay times")
        check_range(self.lowest_level_db, self.highest_level_db, "levels")

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return the batch in other rooms; see `Augmentation`."""
        items, channels, _ = batch_shape(sources_of(stems))
        rooms = self.impulse_responses(items, channels, generator)

        return filtered(stems, lambda size: torch.fft.rfft(rooms, n=size), rooms.shape[-1])

    def impulse_responses(self, items: int, channels: int, generator: torch.Generator) -> Tensor:
        """Draw rooms: the direct sound, a pause, noise that dies away; shape (items, channels, samples)."""
        decays_seconds = uniform((items, 1, 1), self.shortest_decay_seconds, self.longest_decay_seconds, generator)
        levels_db = uniform((items, 1, 1), self.lowest_level_db, self.highest_level_db, generator)
        tail_samples = max(1, round(self.longest_decay_seconds * self.sample_rate))
        seconds = torch.arange(tail_samples) / self.sample_rate
        noise = torch.randn((items, channels, tail_samples), generator=generator)
        tails = noise * 10 ** (-3 * seconds / decays_seconds)
        tails = tails * 10 ** (levels_db / 20) / tails.norm(dim=-1, keepdim=True)
        pause = torch.zeros(items, channels, 1 + round(self.first_reflection_seconds * self.sample_rate))
        pause[..., 0] = 1.0
        return torch.cat([pause, tails], dim=-1)
