"""Cut features to the middle that an unpadded convolution leaves of them."""

from __future__ import annotations

from torch import Tensor


def middle(features: Tensor, samples: int) -> Tensor:
    """Return the samples in the middle of the last axis; of an odd surplus the right side loses one more."""
    return features.narrow(-1, (features.shape[-1] - samples) // 2, samples)
