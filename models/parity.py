"""How well two networks agree that should be the same one: the largest error, and the error's energy in decibels."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor

LEAST_AGREEMENT_DB = 60.0


@dataclass(frozen=True)
class Parity:
    """Agreement of two outputs."""

    max_abs_error: float
    decibels: float
    """Energy of the original over that of the difference: infinite where they are equal, minus that for NaN."""

    @property
    def holds(self) -> bool:
        """Whether they agree well enough to be called the same."""
        return self.decibels >= LEAST_AGREEMENT_DB


def compare(original: Tensor, other: Tensor) -> Parity:
    """Measure how far two outputs are apart; outputs of different shapes do not agree at all.

    Args:
        original: Any shape.
        other: What should be the same.
    """
    if original.shape != other.shape:
        return Parity(math.inf, -math.inf)
    difference = (original - other).double()
    noise, signal = difference.square().sum().item(), original.double().square().sum().item()
    return Parity(difference.abs().max().item(), _decibels(signal, noise))


def _decibels(signal: float, noise: float) -> float:
    if noise == 0:
        return math.inf
    if not math.isfinite(signal) or not math.isfinite(noise) or signal == 0:
        return -math.inf
    return 10 * math.log10(signal / noise)
