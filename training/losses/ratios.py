"""Signal-to-distortion ratios as losses, which are minus their decibels: SI-SDR, SD-SDR, and the challenge's SDR.

Reference: Le Roux, Wisdom, Erdogan, Hershey, "SDR - half-baked or well done?", ICASSP 2019,
https://arxiv.org/abs/1811.02508
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from evaluator.metrics import DELTA
from training.losses.stem_loss import StemLoss
from training.parts import STRICT

Energy = Annotated[float, Field(gt=0.0)]


@dataclass(frozen=True, config=STRICT)
class _ScaledRatio(StemLoss):
    """Base of the ratios whose signal is the reference, scaled so that what it leaves of the estimate is smallest."""

    remove_mean: bool = True
    """Whether estimate and reference lose their means first, as the paper assumes."""
    floor: Energy = 1e-8
    """Added to both energies, so that silence has a finite loss."""

    @abstractmethod
    def truth(self, references: Tensor, scaled: Tensor) -> Tensor:
        """Return what the estimate should be: the reference as it is, or as it was scaled."""

    def values(self, estimates: Tensor, references: Tensor) -> Tensor:
        """Return the loss of each item, shape (batch, 1); see `StemLoss`."""
        if self.remove_mean:
            estimates = estimates - estimates.mean(dim=-1, keepdim=True)
            references = references - references.mean(dim=-1, keepdim=True)
        product = (estimates * references).sum(dim=-1, keepdim=True)
        scaled = product / (references.square().sum(dim=-1, keepdim=True) + self.floor) * references
        return _minus_decibels(scaled, estimates - self.truth(references, scaled), self.floor)


@dataclass(frozen=True, config=STRICT)
class SISDR(_ScaledRatio):
    """Minus the scale-invariant ratio of each channel: the level of the estimate does not matter."""

    def truth(self, references: Tensor, scaled: Tensor) -> Tensor:
        """Return the scaled reference."""
        return scaled


@dataclass(frozen=True, config=STRICT)
class SDSDR(_ScaledRatio):
    """Minus the scale-dependent ratio of each channel: the level of the estimate matters too."""

    def truth(self, references: Tensor, scaled: Tensor) -> Tensor:
        """Return the reference as it is."""
        return references


@dataclass(frozen=True, config=STRICT)
class SDR(StemLoss):
    """Minus the challenge's ratio of each item: energies over all channels, as `evaluator.metrics.sdr` has them."""

    floor: Energy = DELTA
    """Added to both energies; the challenge's scorer adds as much."""

    def values(self, estimates: Tensor, references: Tensor) -> Tensor:
        """Return the loss of each item, shape (batch, 1); see `StemLoss`."""
        return _minus_decibels(references.flatten(1)[:, None], (references - estimates).flatten(1)[:, None], self.floor)


def _minus_decibels(signals: Tensor, errors: Tensor, floor: float) -> Tensor:
    """Return minus the ratio of energies, a mean over channels, shape (batch, 1)."""
    signal_energy = signals.square().sum(dim=-1) + floor
    error_energy = errors.square().sum(dim=-1) + floor
    return -10 * (signal_energy / error_energy).log10().mean(dim=1, keepdim=True)
