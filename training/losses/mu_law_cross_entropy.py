"""Waveforms as a choice among levels: cross-entropy between predicted odds and the true sample's mu-law level.

Reference: van den Oord et al., "WaveNet: a generative model for raw audio", 2016, section 2.2,
https://arxiv.org/abs/1609.03499
"""

from __future__ import annotations

from typing import Annotated

import torch.nn.functional as functional
from pydantic import Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from training.losses.stem_loss import StemLoss
from training.parts import STRICT
from transforms.mu_law import CLASSES, encode


@dataclass(frozen=True, config=STRICT)
class MuLawCrossEntropy(StemLoss):
    """Cross-entropy over levels at each sample, in nats; an even guess among 256 levels costs 5.55."""

    classes: Annotated[int, Field(ge=2)] = CLASSES
    """Number of levels."""

    def estimate_shape(self, reference_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (batch, classes, channels, samples)."""
        batch, channels, samples = reference_shape
        return (batch, self.classes, channels, samples)

    def values(self, estimates: Tensor, references: Tensor) -> Tensor:
        """Return the loss at each sample, a mean over channels; see `StemLoss`.

        Args:
            estimates: Logarithms of odds, shape (batch, classes, channels, samples).
            references: Samples, shape (batch, channels, samples).
        """
        losses = functional.cross_entropy(estimates, encode(references, self.classes), reduction="none")
        return losses.mean(dim=1)
