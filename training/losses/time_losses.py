"""Distances of waveforms: absolute and squared difference of samples.

The absolute difference trains Demucs, the squared one Wave-U-Net.
"""

from __future__ import annotations

from pydantic.dataclasses import dataclass
from torch import Tensor

from training.losses.stem_loss import StemLoss
from training.parts import STRICT


@dataclass(frozen=True, config=STRICT)
class TimeL1(StemLoss):
    """Mean absolute difference of samples."""

    def values(self, estimates: Tensor, references: Tensor) -> Tensor:
        """Return the difference at each sample, a mean over channels; see `StemLoss`."""
        return (estimates - references).abs().mean(dim=1)


@dataclass(frozen=True, config=STRICT)
class TimeL2(StemLoss):
    """Mean squared difference of samples."""

    def values(self, estimates: Tensor, references: Tensor) -> Tensor:
        """Return the squared difference at each sample, a mean over channels; see `StemLoss`."""
        return (estimates - references).square().mean(dim=1)
