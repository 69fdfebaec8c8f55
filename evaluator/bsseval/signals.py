"""The stems of a song as BSSEval reads them: in pieces, each converted on its way to the device.

Four minutes of eight channels in float64 are 680 MB; no whole copy is ever made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Signals:
    """Some stems of the same shape."""

    stems: Sequence[Tensor]
    """Each of shape (channels, samples), of any type, on any device."""
    device: torch.device
    """Where they are needed."""

    @property
    def shape(self) -> tuple[int, int]:
        """Return how many stems there are, and how many channels they have."""
        return len(self.stems), self.stems[0].shape[0]

    @property
    def samples(self) -> int:
        """Return how long they are."""
        return self.stems[0].shape[-1]

    def cut(self, begin: int, end: int) -> Tensor:
        """Return a piece, float64, shape (stems, channels, end - begin); silence lies before and behind the stems."""
        first, last = max(begin, 0), min(end, self.samples)
        piece = torch.zeros((*self.shape, end - begin), dtype=torch.float64, device=self.device)
        for place, stem in zip(piece, self.stems, strict=True):
            place[:, first - begin : last - begin] = stem[:, first:last].detach()
        return piece
