"""Where a chunk lies in what a network is given: networks may need samples around the chunk, of the song or silent."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

import torch.nn.functional as functional
from torch import Tensor

from models.network import Network
from training.errors import RecipeError


@dataclass(frozen=True)
class Window:
    """How sounds become what a network is given."""

    left: int
    """Silence that is put before the sounds; below zero, samples that are cut off."""
    right: int
    """The same after them."""
    middle: slice
    """The chunk in what the network is given."""

    def given(self, sound: Tensor) -> Tensor:
        """Return what the network is given of sounds, shape (..., samples)."""
        return functional.pad(sound, (self.left, self.right)) if self.left or self.right else sound

    def chunk(self, sound: Tensor) -> Tensor:
        """Return the chunk of sounds, shape (..., samples)."""
        return sound[..., self.middle.start - self.left : self.middle.stop - self.left]


def silent_context(network: Network, samples: int) -> Window:
    """Return how a whole chunk is given: with silence around it, where the network needs more."""
    missing = network.input_samples(samples) - samples
    before = missing // 2
    return Window(before, missing - before, slice(before, before + samples))


def song_context(network: Network, samples: int, chunk_samples: int) -> Window:
    """Return how a chunk is given that has been read with its song around it, and augmented.

    Args:
        network: What it is for.
        samples: What the augmentations left of the chunk and its context.
        chunk_samples: Length of the chunk when it was read; it is shorter now where augmentations took something.

    Raises:
        RecipeError: They left less than the context of a sample.
    """
    lengths = range(1, chunk_samples + 1)
    kept = bisect.bisect_right(lengths, samples, key=network.input_samples)
    if not kept:
        raise RecipeError(
            f"A chunk must keep the context of a sample, {network.input_samples(1)} samples, after its augmentations. "
            f"Got {samples}. Set a larger 'data.chunk_seconds', or leave out augmentations that cut."
        )
    needed = network.input_samples(kept)
    left = (samples - needed) // 2
    before = (needed - kept) // 2
    return Window(-left, -(samples - needed - left), slice(before, before + kept))
