"""Masks of all stems should add up to one: what is taken from one stem belongs to another.

Reference: the loss of xumx-sliCQ version 2, https://github.com/sevagh/xumx-sliCQ
"""

from __future__ import annotations

import torch
from pydantic.dataclasses import dataclass
from torch import Tensor

from training.losses.stem_loss import LossInputError
from training.parts import STRICT
from training.slicq_stems import SliCQStems


@dataclass(frozen=True, config=STRICT)
class MaskSum:
    """Mean squared difference between one and the sum of the masks: of each block, then over the blocks."""

    def __call__(self, estimates: SliCQStems, references: SliCQStems) -> Tensor:
        """Return the loss, a scalar.

        Args:
            estimates: Their masks alone are looked at.
            references: Not looked at.

        Raises:
            LossInputError: There are no masks.
        """
        if not estimates.masks:
            raise LossInputError("The loss 'mask_sum' must be given the masks of one block or more. Got none.")
        return torch.stack([(masks.sum(dim=1) - 1).square().mean() for masks in estimates.masks]).mean()
