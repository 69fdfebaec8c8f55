"""How Wave-U-Net doubles the rate of a feature map: it inserts one sample between each two.

Reference: Stoller, Ewert, Dixon, "Wave-U-Net", ISMIR 2018, section 3.2, https://arxiv.org/abs/1806.03185
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class MeanDoubling(nn.Module):
    """Makes 2 n - 1 samples of n by inserting the mean of each two neighbours."""

    def forward(self, features: Tensor) -> Tensor:
        """Double features of the shape (batch, channels, samples)."""
        return _interleave(features, (features[..., :-1] + features[..., 1:]) / 2)


class EvenDoubling(MeanDoubling):
    """Makes 2 n samples of n: as `MeanDoubling`, and the last sample twice."""

    def forward(self, features: Tensor) -> Tensor:
        """Double features of the shape (batch, channels, samples)."""
        return torch.cat([super().forward(features), features[..., -1:]], dim=-1)


class LearnedDoubling(nn.Module):
    """Makes 2 n - 1 samples of n by inserting a learned mixture of each two neighbours.

    Args:
        width: Feature channels; each has a weight, and its sigmoid is the share of the left neighbour.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(width))

    def forward(self, features: Tensor) -> Tensor:
        """Double features of the shape (batch, channels, samples)."""
        left_share = torch.sigmoid(self.weight)[:, None]
        return _interleave(features, left_share * features[..., :-1] + (1 - left_share) * features[..., 1:])


def _interleave(features: Tensor, between: Tensor) -> Tensor:
    pairs = torch.stack([features[..., :-1], between], dim=-1).flatten(-2)
    return torch.cat([pairs, features[..., -1:]], dim=-1)
