"""Masks of all stems should add up to one: what is taken from one stem belongs to another.

Reference: the loss of xumx-sliCQ version 2, https://github.com/sevagh/xumx-sliCQ
"""

from __future__ import annotations

import torch
from pydantic.dataclasses import dataclass
from torch import Tensor

from audio.stems import Stems
from training.losses.stem_loss import LossInputError
from training.parts import STRICT


@dataclass(frozen=True, config=STRICT)
class MaskSum:
    """Mean squared difference between one and the sum of the masks."""

    def __call__(self, masks: Stems) -> Tensor:
        """Return the loss, a scalar.

        Args:
            masks: Stem name -> mask, any shape, the same for all.

        Raises:
            LossInputError: There is no mask, or shapes differ.
        """
        shapes = {stem: tuple(mask.shape) for stem, mask in masks.items()}
        if len(set(shapes.values())) != 1:
            raise LossInputError(f"There must be one mask or more, all of one shape. Got {shapes}.")
        return (torch.stack(list(masks.values())).sum(dim=0) - 1).square().mean()
