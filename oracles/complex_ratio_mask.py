"""The complex ratio mask, bounded: what a mask could do that sets phases too.

    M_j = S_j / X, real and imaginary part each clipped to [-10, 10]

Without the bound it is perfect. With the bound it fails only where the stems cancel each other in the mixture almost
entirely, which is where a network could not follow.

Reference: Williamson, Wang, Wang, "Complex ratio masking for monaural speech separation", IEEE/ACM TASLP 24(3), 2016,
section III (the mask; parts compressed to a range of ±10)
"""

from __future__ import annotations

import torch
from torch import Tensor

LARGEST_PART = 10.0


def complex_ratio_mask(sources: Tensor, mixture: Tensor) -> Tensor:
    """Return complex masks; 0 where stem and mixture are 0. `oracles.masking.Masks` gives the shapes."""
    smallest = torch.finfo(mixture.real.dtype).tiny
    scaled = sources * (mixture.conj() / (mixture.real.square() + mixture.imag.square()).clamp_min(smallest))
    return torch.complex(scaled.real.clamp(-LARGEST_PART, LARGEST_PART), scaled.imag.clamp(-LARGEST_PART, LARGEST_PART))
