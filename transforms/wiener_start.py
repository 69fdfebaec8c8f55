"""What the multichannel Wiener filter starts from: magnitudes with the mixture's phase, or complex estimates.

With the mixture's phase, x / |x| times an amplitude, powers and covariances follow from the amplitudes and the phase
between the channels, which all sources share: the first fit needs no complex number per source. This holds for plain
magnitudes, for the ratio mask, and for what the sources leave of the mixture, whose amplitude may be negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from transforms.wiener_model import Planes, Sources, fit_estimates, fit_sources


class ComplexStart(NamedTuple):
    """Complex estimates."""

    channels: list[Planes]
    """For each channel, shape (..., J, T, F)."""

    @classmethod
    def of(cls, given: Tensor, mixture: Sequence[Planes], *, residual: bool) -> ComplexStart:
        """Take estimates of shape (..., J, channels, T, F), and what they leave of the mixture if `residual`."""
        channels = [Planes.of(channel) for channel in given.unbind(dim=-3)]
        if residual:
            pairs = zip(channels, mixture, strict=True)
            channels = [Planes(*map(_with_rest, channel, mixed)) for channel, mixed in pairs]
        return cls(channels)

    def estimates(self) -> list[Planes]:
        """Return them as they are."""
        return self.channels

    def fit(self, floor: Tensor) -> Sources:
        """Fit the model; `floor` as in `fit_sources`."""
        return fit_estimates(self.channels, floor)


class PhasedStart(NamedTuple):
    """Amplitudes with the mixture's phase."""

    amplitudes: list[Tensor]
    """For each channel, of either sign, shape (..., J, T, F)."""
    phases: list[Planes]
    """For each channel, x / |x|, shape (..., 1, T, F)."""

    @classmethod
    def of(cls, given: Tensor, mixture: Sequence[Planes], mask_eps: float | None, *, residual: bool) -> PhasedStart:
        """Take magnitudes.

        Args:
            given: Shape (..., J, channels, T, F).
            mixture: For each channel, shape (..., T, F).
            mask_eps: Added to the sum of the magnitudes in the ratio mask; None takes the magnitudes themselves.
            residual: Add what the sources leave of the mixture.
        """
        phases = [_unit_phase(channel).each_source() for channel in mixture]
        amplitudes = [channel.to(mixture[0].real.dtype) for channel in given.unbind(dim=-3)]
        if mask_eps is not None or residual:
            sizes = [_magnitude(*pair) for pair in zip(mixture, phases, strict=True)]
            if mask_eps is not None:
                pairs = zip(amplitudes, sizes, strict=True)
                amplitudes = [each * (size / (each.sum(dim=-3, keepdim=True) + mask_eps)) for each, size in pairs]
            if residual:
                amplitudes = [_with_rest(each, size.squeeze(-3)) for each, size in zip(amplitudes, sizes, strict=True)]
        return cls(amplitudes, phases)

    def estimates(self) -> list[Planes]:
        """Return amplitudes times phases."""
        pairs = zip(self.amplitudes, self.phases, strict=True)
        return [Planes(amplitude * phase.real, amplitude * phase.imag) for amplitude, phase in pairs]

    def fit(self, floor: Tensor) -> Sources:
        """Fit the model; `floor` as in `fit_sources`."""
        left, right = self.amplitudes[0], self.amplitudes[-1]
        turn = self.phases[0].times_conjugate(self.phases[-1])
        product = left * right
        return fit_sources(left * left, right * right, Planes(product * turn.real, product * turn.imag), floor)


def _unit_phase(channel: Planes) -> Planes:
    """Return x / |x|, and 1 where x is 0; the gradient is finite there too."""
    power = channel.power()
    silent = (power < torch.finfo(power.dtype).tiny).to(power.dtype)
    inverse = (power + silent).rsqrt()
    return Planes((channel.real + silent) * inverse, channel.imag * inverse)


def _magnitude(channel: Planes, phase: Planes) -> Tensor:
    """Return |x| as x times its conjugate phase, whose gradient is finite at 0."""
    spread = channel.each_source()
    return torch.addcmul(spread.real * phase.real, spread.imag, phase.imag)


def _with_rest(parts: Tensor, whole: Tensor) -> Tensor:
    """Append what the parts leave of the whole: shapes (..., J, T, F) and (..., T, F) to (..., J + 1, T, F)."""
    return torch.cat((parts, whole.unsqueeze(-3) - parts.sum(dim=-3, keepdim=True)), dim=-3)
