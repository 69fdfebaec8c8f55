"""Ratios of energies in dB, as museval prints them."""

from __future__ import annotations

import torch
from torch import Tensor


def decibels(above: Tensor, below: Tensor) -> Tensor:
    """Return 10 log10(above / below); infinity where nothing is below."""
    return torch.where(below == 0.0, torch.inf, 10.0 * torch.log10(above / below))
