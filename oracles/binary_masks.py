"""Ideal binary masks: a coefficient of the mixture goes to a stem whole, or not at all.

The definition here: a stem gets what it has the larger half of, in magnitude (IBM1) or power (IBM2),

    M_j = 1 where |S_j|^a > sum of the other |S_i|^a, else 0,

which for powers is a local criterion of 0 dB (Wang, "On ideal binary mask as the computational goal of auditory scene
analysis", 2005). No coefficient goes to two stems.

The published oracle studies compare with the mixture instead, |S_j|^a / (eps + |X|^a) >= 1/2. Where stems cancel each
other a coefficient then goes to several, and more often one goes to none: 0.6 to 0.8 dB worse on a real song.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class MajorityMask:
    """1 where a stem outweighs all others together."""

    exponent: int

    def __call__(self, sources: Tensor, mixture: Tensor) -> Tensor:
        """Return masks of 0 and 1; `oracles.masking.Masks` gives the shapes."""
        powers = sources.abs() ** self.exponent
        return (2 * powers > powers.sum(dim=0)).to(powers.dtype)


@dataclass(frozen=True)
class MixtureThresholdMask:
    """1 where a stem has at least half of the mixture, as sigsep-mus-oracle and mss-oracle-experiments have it."""

    exponent: int
    floor: float
    """Added to the mixture's magnitude or power."""
    threshold: float = 0.5

    def __call__(self, sources: Tensor, mixture: Tensor) -> Tensor:
        """Return masks of 0 and 1; `oracles.masking.Masks` gives the shapes."""
        shares = sources.abs() ** self.exponent / (self.floor + mixture.abs() ** self.exponent)
        return (shares >= self.threshold).to(shares.dtype)
