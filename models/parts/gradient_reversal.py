"""Gradient reversal: nothing on the way forward, the opposite sign on the way back.

Between a network and a classifier it lets the classifier learn, while the network before it learns to make the
classifier fail: its features then say nothing about what the classifier looks for.

Reference: Ganin, Lempitsky, "Unsupervised Domain Adaptation by Backpropagation", ICML 2015, section 3.2,
https://arxiv.org/abs/1409.7495
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class _Reversal(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, features: Tensor, strength: float) -> Tensor:
        context.strength = strength
        return features.view_as(features)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return -context.strength * gradients[0], None


def reverse_gradient(features: Tensor, strength: float = 1.0) -> Tensor:
    """Return the features as they are; the gradient that comes back is multiplied by -strength.

    Args:
        features: Any shape.
        strength: Weight of the adversarial gradient (lambda).
    """
    return _Reversal.apply(features, strength)  # type: ignore[no-untyped-call] # torch gives no types here
