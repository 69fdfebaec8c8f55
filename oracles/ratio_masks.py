"""Ideal ratio masks: each stem gets its share of the sum of all magnitudes (IRM1) or of all powers (IRM2).

    M_j = |S_j|^a / (floor + sum_i |S_i|^a),  a = 1 or 2

IRM2 is the Wiener filter of independent Gaussian stems whose powers are known.

References: Liutkus, Badeau, "Generalized Wiener filtering with fractional power spectrograms", ICASSP 2015 (any a);
Stöter, Liutkus, Ito, "The 2018 Signal Separation Evaluation Campaign", 2018, https://arxiv.org/abs/1804.06267 (names)
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class RatioMask:
    """Shares of a power of the magnitudes."""

    exponent: int
    floor: float = 1e-30
    """Added to the sum: where all stems are silent the masks are 0."""

    def __call__(self, sources: Tensor, mixture: Tensor) -> Tensor:
        """Return masks from 0 to 1 that add up to 1; `oracles.masking.Masks` gives the shapes."""
        powers = sources.abs() ** self.exponent
        return powers / (powers.sum(dim=0) + self.floor)
