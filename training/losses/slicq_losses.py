"""The losses of xumx-sliCQ: stems and sums of stems, compared as coefficients of the sliCQ or as sound.

Version 1 was trained on magnitudes (`SliCQMagnitudeL2`) and watched the scale-invariant ratio in time, without its
gradient: the inverse transform was too slow to train through. Version 2 was trained on complex coefficients
(`SliCQComplexL2`) and the sum of its masks (`training.losses.mask_sum`); the scale-dependent ratio was an option. Here
the ratios have their gradient: all stems are inverted in one pass, and sums of stems are taken of the sounds.

Reference: the losses of both versions, https://github.com/sevagh/xumx-sliCQ (branches v1 and v2). That of version 1
meant to add up the magnitudes of combined stems, but joined their lists of blocks: what it computes is the mean over
single stems, `combined: false` here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated

import torch
from pydantic import Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from training.losses.combinations import mean_square_of_sums, sums_of_stems
from training.losses.ratios import SDSDR, SISDR
from training.losses.stem_loss import LossInputError, StemLoss
from training.parts import STRICT
from training.slicq_stems import SliCQStems


@dataclass(frozen=True, config=STRICT)
class _CombinedLoss(ABC):
    """Base of the losses over combinations of stems, of one up to all but one."""

    combined: bool = True
    """Whether sums of stems count too; without them only single stems do."""

    @abstractmethod
    def __call__(self, estimates: SliCQStems, references: SliCQStems) -> Tensor:
        """Return the loss of a batch, a scalar.

        Raises:
            LossInputError: Estimates and references differ in their blocks or shapes.
        """

    def largest(self, stems: Tensor) -> int:
        """Return how many stems the largest combination has, of stems (batch, stems, ...)."""
        return stems.shape[1] - 1 if self.combined else 1


@dataclass(frozen=True, config=STRICT)
class _BlockLoss(_CombinedLoss):
    """Base of the losses on coefficients: each block's mean over its combinations and all else, then that of blocks."""

    @abstractmethod
    def errors(self, estimates: Tensor, references: Tensor) -> Tensor:
        """Return real errors (batch, stems, ...) of coefficients (batch, stems, ...)."""

    def __call__(self, estimates: SliCQStems, references: SliCQStems) -> Tensor:
        """Return the loss of a batch; see `_CombinedLoss`."""
        given, true = estimates.coefficients, references.coefficients
        shapes = [[tuple(block.shape) for block in blocks] for blocks in (given, true)]
        if not given or shapes[0] != shapes[1]:
            raise LossInputError(
                f"Estimates and references must have the same blocks, one or more. Got {len(given)} and {len(true)} "
                f"blocks, the first of shapes {shapes[0][:1]} and {shapes[1][:1]}."
            )
        blocks = [self.errors(*pair) for pair in zip(given, true, strict=True)]
        return torch.stack([mean_square_of_sums(errors, self.largest(errors)) for errors in blocks]).mean()


@dataclass(frozen=True, config=STRICT)
class SliCQComplexL2(_BlockLoss):
    """Squared difference of real parts, and of imaginary parts."""

    def errors(self, estimates: Tensor, references: Tensor) -> Tensor:
        """Return the differences of both parts."""
        return torch.view_as_real(estimates - references)


@dataclass(frozen=True, config=STRICT)
class SliCQMagnitudeL2(_BlockLoss):
    """Squared difference of magnitudes; that of a combination is the sum of its stems'."""

    def errors(self, estimates: Tensor, references: Tensor) -> Tensor:
        """Return the differences of the magnitudes."""
        return estimates.abs() - references.abs()


@dataclass(frozen=True, config=STRICT)
class _SoundLoss(_CombinedLoss):
    """Base of the ratios in time: the mean over combinations, items and channels."""

    remove_mean: bool = True
    """As in `training.losses.ratios`."""
    floor: Annotated[float, Field(gt=0.0)] = 1e-8
    """As in `training.losses.ratios`."""

    @abstractmethod
    def ratio(self) -> StemLoss:
        """Return what compares sounds."""

    def __call__(self, estimates: SliCQStems, references: SliCQStems) -> Tensor:
        """Return the loss of a batch; see `_CombinedLoss`."""
        given, true = estimates.sounds(), references.sounds()
        if given.shape != true.shape:
            raise LossInputError(
                f"Sounds of estimates and references must have one shape. Got {tuple(given.shape)} and "
                f"{tuple(true.shape)}."
            )
        largest = self.largest(given)
        sums = [sums_of_stems(sounds, largest).flatten(0, 1) for sounds in (given, true)]
        return self.ratio().values(*sums).mean()


@dataclass(frozen=True, config=STRICT)
class SliCQSISDR(_SoundLoss):
    """Minus the scale-invariant ratio, in dB."""

    def ratio(self) -> StemLoss:
        """Return the scale-invariant ratio."""
        return SISDR(remove_mean=self.remove_mean, floor=self.floor)


@dataclass(frozen=True, config=STRICT)
class SliCQSDSDR(_SoundLoss):
    """Minus the scale-dependent ratio, in dB."""

    def ratio(self) -> StemLoss:
        """Return the scale-dependent ratio."""
        return SDSDR(remove_mean=self.remove_mean, floor=self.floor)
