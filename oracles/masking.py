"""An oracle that multiplies the mixture's coefficients by masks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from oracles.bins import by_bins

Masks = Callable[[Tensor, Tensor], Tensor]
"""Sources (stems, channels, bins, frames) and mixture (channels, bins, frames), complex -> masks as the sources, real
or complex; each value follows from those of the same place alone."""


@dataclass(frozen=True)
class Masked:
    """The mixture times masks."""

    masks: Masks

    def __call__(self, sources: Tensor, mixture: Tensor) -> Tensor:
        """Return the estimates, shape as the sources."""
        return by_bins(lambda true, mixed: self.masks(true, mixed) * mixed, sources, mixture)
