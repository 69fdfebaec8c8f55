"""What an augmentation is: a pure function of a batch of stems and a generator of random numbers.

All random numbers come from the given generator, which lives on the CPU: the same seed gives the same batch on every
device. An augmentation works on the device of the tensors that it is given.

The mixture of a batch is the sum of its stems unless there is a tensor under `audio.stems.MIXTURE` too. Then what acts
on all stems alike acts on that mixture as well, and what acts on single stems replaces it by the sum of the new stems,
in the items that it changed only. An augmentation returns the keys that it was given; some add a mixture.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch

from audio.stems import Stems


class Augmentation(ABC):
    """Base of all augmentations; subclasses are frozen dataclasses whose fields are their published ranges."""

    @property
    def mixes_items(self) -> bool:
        """Whether it takes stems of one item into another: then it is applied to a whole batch or not at all."""
        return False

    def kept_samples(self, samples: int) -> int:
        """Return the length of what it gives for items of a length; the same in most."""
        return samples

    @abstractmethod
    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return a changed batch; what is not changed may share memory with the given one.

        Args:
            stems: Name -> samples, shape (batch, channels, samples), all of one shape; never modified.
            generator: A generator on the CPU, from which every random number is drawn.

        Returns:
            Name -> samples, shape (batch, channels, kept_samples(samples)).

        Raises:
            audio.errors.KitError: The batch is not of the described kind, or not one that it can work on.
        """
