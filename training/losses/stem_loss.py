"""What most losses share: one distance for each stem, weighted, and without the worst of a batch if asked.

Labels of real data are wrong now and then: a "drums" stem with a guitar in it, or bleeding of the other instruments.
Such items have the largest losses, so leaving out a share of the largest makes training robust.

Reference: Kim, Lee, Jung, "Sound demixing challenge 2023 music demixing track technical report: TFC-TDF-UNet v3", on
loss masking, https://arxiv.org/abs/2306.09382
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Annotated, Literal, TypeAlias

import torch
from pydantic import Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from audio.errors import KitError
from audio.stems import Stems
from training.parts import STRICT

Shape: TypeAlias = tuple[int, ...]


class LossInputError(KitError):
    """Estimates and references that cannot be compared."""


@dataclass(frozen=True, config=STRICT)
class StemLoss(ABC):
    """Base of the losses that compare each stem with its reference; subclasses say how."""

    stem_weights: dict[str, Annotated[float, Field(ge=0.0)]] = Field(default_factory=dict)
    """Stem name -> weight; stems left out weigh 1. The loss is the weighted mean over the stems."""
    dropped_share: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.0
    """Share of the largest values of each stem that is left out; at least one value stays."""
    dropped_unit: Literal["items", "frames"] = "items"
    """What is left out: whole items of the batch, or frames (samples, for losses in time) of any item."""

    @abstractmethod
    def values(self, estimates: Tensor, references: Tensor) -> Tensor:
        """Return the distances of one stem.

        Args:
            estimates: Shape (batch, channels, samples).
            references: The same shape.

        Returns:
            Shape (batch, frames); the loss of the stem is their mean. One frame where frames mean nothing.
        """

    def estimate_shape(self, reference_shape: Shape) -> Shape:
        """Return which shape estimates must have for references of a shape; the same unless a loss says otherwise."""
        return reference_shape

    def __call__(self, estimates: Stems, references: Stems) -> Tensor:
        """Return the loss of a batch.

        Args:
            estimates: Stem name -> samples, shape (batch, channels, samples).
            references: The same for all these stems; others in it are ignored.

        Returns:
            A scalar, differentiable.

        Raises:
            LossInputError: A stem has no reference or one of another shape, or a weight belongs to no stem.
        """
        check_pairs(estimates, references, self.estimate_shape)
        weights = self._weights(estimates)
        losses = [
            weight * self._kept_mean(self.values(estimates[stem], references[stem]))
            for stem, weight in weights.items()
            if weight > 0
        ]
        return torch.stack(losses).sum() / sum(weights.values())

    def _weights(self, estimates: Stems) -> dict[str, float]:
        if astray := sorted(set(self.stem_weights) - set(estimates)):
            raise LossInputError(
                f"stem_weights must name stems of the network: {', '.join(estimates)}. Got '{astray[0]}'."
            )
        weights = {stem: self.stem_weights.get(stem, 1.0) for stem in estimates}
        if not any(weights.values()):
            raise LossInputError(f"stem_weights must leave a stem with a weight above 0. Got {self.stem_weights}.")
        return weights

    def _kept_mean(self, values: Tensor) -> Tensor:
        if self.dropped_share == 0:
            return values.mean()
        candidates = values.mean(dim=1) if self.dropped_unit == "items" else values.flatten()
        return smallest_mean(candidates, self.dropped_share)


def smallest_mean(values: Tensor, dropped_share: float) -> Tensor:
    """Return the mean of values, shape (count,), without a share of the largest; at least one stays."""
    kept = max(1, math.ceil((1 - dropped_share) * len(values) - 1e-6))
    return values.topk(kept, largest=False).values.mean()


def check_pairs(estimates: Stems, references: Stems, estimate_shape: Callable[[Shape], Shape] = tuple) -> None:
    """Refuse estimates without a reference that they can be compared with.

    Args:
        estimates: Stem name -> what the network gives.
        references: Stem name -> samples, shape (batch, channels, samples).
        estimate_shape: Shape of a reference -> shape of its estimate.

    Raises:
        LossInputError: There is no estimate, a stem has no reference, or a shape is another one.
    """
    if not estimates:
        raise LossInputError("A loss must be given at least one estimated stem. Got none.")
    for stem, estimate in estimates.items():
        if stem not in references:
            raise LossInputError(
                f"Each estimated stem must have a reference. Got '{stem}' and references for {', '.join(references)}. "
                "Check the stems of the dataset and of the network."
            )
        reference_shape = tuple(references[stem].shape)
        if len(reference_shape) != 3:
            raise LossInputError(
                f"The reference of '{stem}' must have the shape (batch, channels, samples). Got {reference_shape}."
            )
        expected = estimate_shape(reference_shape)
        if tuple(estimate.shape) != expected:
            raise LossInputError(
                f"The estimate of '{stem}' must have the shape {expected}. Got {tuple(estimate.shape)}."
            )
