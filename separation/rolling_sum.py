"""Add up overlapping chunks without holding a whole song."""

from __future__ import annotations

import torch
from torch import Tensor

from models.mixtures import CHANNELS


class RollingSum:
    """Adds up chunks at any place behind a front that only moves forward."""

    def __init__(self) -> None:
        self._origin = 0
        self._sum = torch.zeros(CHANNELS, 0)

    def add(self, start: int, samples: Tensor) -> None:
        """Add samples (2, length) that begin at `start`; a start before the song means its beginning."""
        first = max(start, 0) - self._origin
        missing = first + samples.shape[-1] - self._sum.shape[-1]
        if missing > 0:
            self._sum = torch.nn.functional.pad(self._sum, (0, missing))
        self._sum[:, first : first + samples.shape[-1]] += samples

    def take(self, start: int, stop: int) -> Tensor:
        """Return the sum of [start, stop) and forget it."""
        taken = self._sum[:, start - self._origin : stop - self._origin].clone()
        self._sum = self._sum[:, stop - self._origin :].clone()
        self._origin = stop
        return taken
