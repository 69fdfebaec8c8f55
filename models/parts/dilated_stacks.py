"""Stacks of dilated convolutions, as the networks of the WaveNet kind share them.

No convolution is padded: a stack of `dilations` gives `2 * sum(dilations)` samples less than it takes. Networks put
silence or real sound around what they are given (`reach_of`), so that no layer sees a border that is not in the sound.

A unit turns features into hidden ones with one dilated convolution of width 3, centred: a sample depends on what comes
after it as much as on what came before. From a unit's result a convolution of width one makes what is added to the
features, another what is added up over all units ("skip").

Reference: van den Oord et al., "WaveNet: A Generative Model for Raw Audio", 2016, sections 2.3 and 2.4,
https://arxiv.org/abs/1609.03499; without causality: Rethage, Pons, Serra, "A Wavenet for Speech Denoising", 2018,
https://arxiv.org/abs/1706.07162
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.parts.cropping import middle

WIDTH = 3
"""Taps of the dilated convolutions."""


def doubling_dilations(stacks: int, per_stack: int) -> tuple[int, ...]:
    """Return 1, 2, 4, ... for the units of a stack, and that for each stack."""
    return tuple(2**unit for unit in range(per_stack)) * stacks


def reach_of(dilations: Iterable[int], *widths: int) -> int:
    """Return how many samples on each side a stack and further convolutions of some widths depend on."""
    return sum(dilations) * (WIDTH // 2) + sum(width // 2 for width in widths)


class GatedUnit(nn.Module):
    """The tanh of one convolution, multiplied by the sigmoid of another.

    Args:
        channels: Feature channels.
        dilation: Distance of the taps in samples.
    """

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.content = nn.Conv1d(channels, channels, WIDTH, dilation=dilation)
        self.gate = nn.Conv1d(channels, channels, WIDTH, dilation=dilation)

    def forward(self, features: Tensor) -> Tensor:
        """Map (batch, channels, samples) to (batch, channels, fewer samples)."""
        return torch.tanh(self.content(features)) * torch.sigmoid(self.gate(features))


class RectifiedUnit(nn.Module):
    """A convolution between two (leaky) rectifiers.

    Args:
        channels: Feature channels.
        dilation: Distance of the taps in samples.
        slope: What the rectifiers multiply negative values by.
    """

    def __init__(self, channels: int, dilation: int, slope: float) -> None:
        super().__init__()
        self.slope = slope
        self.convolution = nn.Conv1d(channels, channels, WIDTH, dilation=dilation)

    def forward(self, features: Tensor) -> Tensor:
        """Map (batch, channels, samples) to (batch, channels, fewer samples)."""
        rectified = functional.leaky_relu(features, self.slope)
        return functional.leaky_relu(self.convolution(rectified), self.slope)


class ResidualStack(nn.Module):
    """Units that each add to the features.

    Args:
        units: Each with its own dilation.
        channels: Feature channels.
    """

    def __init__(self, units: Sequence[nn.Module], channels: int) -> None:
        super().__init__()
        self.units = nn.ModuleList(units)
        self.residuals = nn.ModuleList(nn.Conv1d(channels, channels, 1) for _ in units)

    def forward(self, features: Tensor) -> Tensor:
        """Map (batch, channels, samples) to (batch, channels, fewer samples)."""
        for unit, residual in zip(self.units, self.residuals, strict=True):
            hidden = unit(features)
            features = residual(hidden) + middle(features, hidden.shape[-1])
        return features


class SkipStack(nn.Module):
    """Units that each add to the features for the next one and to the stack's result.

    The last unit has no successor, hence nothing to add to its features.

    Args:
        units: Each with its own dilation.
        channels: Feature channels.
        skip_channels: Channels of the result.
    """

    def __init__(self, units: Sequence[nn.Module], channels: int, skip_channels: int) -> None:
        super().__init__()
        self.units = nn.ModuleList(units)
        self.skips = nn.ModuleList(nn.Conv1d(channels, skip_channels, 1) for _ in units)
        self.residuals = nn.ModuleList(nn.Conv1d(channels, channels, 1) for _ in units[1:])

    def forward(self, features: Tensor, samples: int) -> Tensor:
        """Map (batch, channels, more samples) to (batch, skip_channels, samples)."""
        total: Tensor | None = None
        for position, (unit, skip) in enumerate(zip(self.units, self.skips, strict=True)):
            hidden = unit(features)
            part = skip(middle(hidden, samples))
            total = part if total is None else total + part
            if position < len(self.residuals):
                features = self.residuals[position](hidden) + middle(features, hidden.shape[-1])
        if total is None:
            raise ValueError("A stack of dilated convolutions needs at least one unit. Got none.")
        return total
