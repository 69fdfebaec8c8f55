"""Loss of networks that know the exact squared error of their masks in each band (`models.parts.stereo_masks`).

Two shares of the mixture that are wrong, averaged: of its amplitude, in which quiet bands count as well, and the root
of that of its energy, which is what the challenge's SDR measures; a stem that is silent costs what leaks into it.
"""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from training.losses.stem_loss import StemLoss
from training.parts import STRICT, Share

_SMALLEST = 1e-7
"""Keeps the slopes of roots finite."""


@dataclass(frozen=True, config=STRICT)
class BandErrors(StemLoss):
    """Takes squared errors for estimates and powers of the mixture for references."""

    amplitude_share: Share = 0.5
    """Weight of the amplitudes; the rest is that of the energies."""
    floor: Annotated[float, Field(gt=0.0)] = 1e-2
    """Added to the mixture's energy, so that silence has a finite loss."""

    def values(self, estimates: Tensor, references: Tensor) -> Tensor:
        """Return the loss of each item, shape (batch, 1); see `StemLoss`.

        Args:
            estimates: Squared errors, shape (batch, channels x bands, frames).
            references: Powers of the mixture, the same shape.
        """
        errors, powers = estimates.flatten(1), references.flatten(1)
        energy = errors.sum(dim=1) / (powers.sum(dim=1) + self.floor)
        amplitude = (errors + _SMALLEST).sqrt().sum(dim=1) / ((powers + _SMALLEST).sqrt().sum(dim=1) + self.floor)
        root = (energy + _SMALLEST**0.5).sqrt()
        return torch.lerp(root, amplitude, self.amplitude_share)[:, None]
