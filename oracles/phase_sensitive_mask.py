"""The phase-sensitive mask: the best mask from 0 to 1, which knows how far a stem's phase is from the mixture's.

    M_j = Re(S_j X*) / |X|^2, clipped to [0, 1]

Each value minimises |S_j - M X| over [0, 1], so that no ratio or binary mask has a smaller error in any coefficient.

Reference: Erdogan, Hershey, Watanabe, Le Roux, "Phase-sensitive and recognition-boosted speech separation using deep
recurrent neural networks", ICASSP 2015, section 3
"""

from __future__ import annotations

import torch
from torch import Tensor


def phase_sensitive_mask(sources: Tensor, mixture: Tensor) -> Tensor:
    """Return masks from 0 to 1; 0 where the mixture is 0. `oracles.masking.Masks` gives the shapes."""
    smallest = torch.finfo(mixture.real.dtype).tiny
    projected = sources.real * mixture.real + sources.imag * mixture.imag
    powers = mixture.real.square() + mixture.imag.square()
    return (projected / powers.clamp_min(smallest)).clamp(0.0, 1.0)
