"""The local Gaussian model of the multichannel Wiener filter, for one block of frames and frequency bins.

Source j has a power v_j(t, f) and a covariance between the channels R_j(f) that holds for the whole block. The
mixture's covariance is C = sum_j v_j R_j + d I, and the source's estimate y_j = v_j R_j z with z = C^-1 x. Since z is
the same for all sources, none of them needs a 2 x 2 gain of its own.

C is Hermitian, so z comes from one step of elimination. Its pivots are C_11 and s = C_22 - |C_12|^2 / C_11, and s
cannot be below d: that bound is the guard where nearly mono content lets rounding errors swamp s. Elimination is
backward stable, so C z stays x in float32 even there; the textbook adjugate over determinant is not, and would need
float64.

Real and imaginary parts travel as separate tensors (`Planes`): on a CPU, torch's operations on interleaved complex
numbers, or on a last axis of length two, take 2 to 60 times as long.

References: Duong, Vincent, Gribonval, "Under-determined reverberant audio source separation using a full-rank spatial
covariance model", IEEE TASLP 18(7), 2010; Nugraha, Liutkus, Vincent, "Multichannel music separation with deep neural
networks", EUSIPCO 2016 (the update without posterior covariances). Elimination: Higham, "Accuracy and Stability of
Numerical Algorithms", 2nd edition, chapter 10.

Axes in the shapes below: any leading axes, then J sources, T frames, F bins. Channels (1 or 2) are items of a sequence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor


class Planes(NamedTuple):
    """A complex tensor as two real ones of the same shape."""

    real: Tensor
    imag: Tensor

    @classmethod
    def of(cls, values: Tensor) -> Planes:
        """Split a complex tensor into contiguous copies of its parts."""
        return cls(values.real.contiguous(), values.imag.contiguous())

    def power(self) -> Tensor:
        """Return the squared magnitude."""
        return torch.addcmul(self.real * self.real, self.imag, self.imag)

    def times_conjugate(self, other: Planes) -> Planes:
        """Return the product with the conjugate of another."""
        real = torch.addcmul(self.real * other.real, self.imag, other.imag)
        return Planes(real, torch.addcmul(self.imag * other.real, self.real, other.imag, value=-1.0))

    def each_source(self) -> Planes:
        """Make room for an axis of sources: shape (..., T, F) to (..., 1, T, F)."""
        return Planes(self.real.unsqueeze(-3), self.imag.unsqueeze(-3))


class Covariance(NamedTuple):
    """A Hermitian matrix over the channels for each source and bin, each entry of shape (..., J, 1, F)."""

    left: Tensor
    """Upper diagonal entry; all that mono needs."""
    right: Tensor
    cross: Planes
    """Upper right entry: left times the conjugate of right."""


class Sources(NamedTuple):
    """What the model knows of the sources."""

    powers: Tensor
    """Shape (..., J, T, F): mean over the channels."""
    covariance: Covariance


def fit_sources(left: Tensor, right: Tensor, cross: Planes, floor: Tensor) -> Sources:
    """Fit the model: R_j is the sum over frames of y_j y_j^H, divided by that of the powers.

    Args:
        left: Squared magnitudes of the estimates' first channel, shape (..., J, T, F).
        right: The same of the last channel: for mono the same tensor.
        cross: First channel times the conjugate of the last, same shape.
        floor: Added to the sums of powers, shape (..., 1, 1, 1).
    """
    powers = (left + right) * 0.5
    scale = 1.0 / (powers.sum(dim=-2, keepdim=True) + floor)
    sums = [part.sum(dim=-2, keepdim=True) * scale for part in (left, right, *cross)]
    return Sources(powers, Covariance(sums[0], sums[1], Planes(sums[2], sums[3])))


def fit_estimates(estimates: Sequence[Planes], floor: Tensor) -> Sources:
    """Fit the model to complex estimates, for each channel of shape (..., J, T, F); `floor` as in `fit_sources`."""
    left, right = estimates[0], estimates[-1]
    return fit_sources(left.power(), right.power(), left.times_conjugate(right), floor)


def filter_mixture(mixture: Sequence[Planes], sources: Sources, diagonal: Tensor) -> list[Planes]:
    """Return the sources' posterior means y_j = v_j R_j C^-1 x.

    Args:
        mixture: For each channel, shape (..., T, F).
        sources: The model.
        diagonal: Variance of the white noise on the diagonal of C, positive; shape (..., 1, 1).

    Returns:
        For each channel, shape (..., J, T, F).
    """
    if len(mixture) == 1:
        return _filter_mono(mixture[0], sources, diagonal)
    return _filter_stereo(mixture, sources, diagonal)


def _filter_mono(mixture: Planes, sources: Sources, diagonal: Tensor) -> list[Planes]:
    variances = sources.powers * sources.covariance.left
    gains = variances / (variances.sum(dim=-3) + diagonal).unsqueeze(-3)
    spread = mixture.each_source()
    return [Planes(gains * spread.real, gains * spread.imag)]


def _filter_stereo(mixture: Sequence[Planes], sources: Sources, diagonal: Tensor) -> list[Planes]:
    powers, (left, right, cross) = sources
    first, second = (channel.each_source() for channel in _whiten(mixture, sources, diagonal))
    to_left = _add_product(Planes(left * first.real, left * first.imag), cross, second)
    to_right = _add_product(Planes(right * second.real, right * second.imag), cross, first, turn=-1.0)
    return [Planes(channel.real * powers, channel.imag * powers) for channel in (to_left, to_right)]


def _whiten(mixture: Sequence[Planes], sources: Sources, diagonal: Tensor) -> tuple[Planes, Planes]:
    """Solve C z = x: with r = C_12 / C_11, z_2 = (x_2 - r* x_1) / s and z_1 = x_1 / C_11 - r z_2."""
    powers, covariance = sources
    left, right = mixture
    cross = Planes(_mix(powers, covariance.cross.real), _mix(powers, covariance.cross.imag))
    inverse = 1.0 / (_mix(powers, covariance.left) + diagonal)
    ratio = Planes(cross.real * inverse, cross.imag * inverse)
    pivot = torch.addcmul(_mix(powers, covariance.right) + diagonal, cross.real, ratio.real, value=-1.0)
    pivot = torch.maximum(torch.addcmul(pivot, cross.imag, ratio.imag, value=-1.0), diagonal)
    unsolved = _add_product(right, ratio, left, sign=-1.0, turn=-1.0)
    second = Planes(unsolved.real / pivot, unsolved.imag / pivot)
    first = _add_product(Planes(left.real * inverse, left.imag * inverse), ratio, second, sign=-1.0)
    return first, second


def _mix(powers: Tensor, entry: Tensor) -> Tensor:
    """Sum an entry of v_j R_j over the sources: shapes (..., J, T, F) and (..., J, 1, F) to (..., T, F)."""
    total = powers[..., 0, :, :] * entry[..., 0, :, :]
    for source in range(1, powers.shape[-3]):
        total = torch.addcmul(total, powers[..., source, :, :], entry[..., source, :, :])
    return total


def _add_product(base: Planes, factor: Planes, other: Planes, *, sign: float = 1.0, turn: float = 1.0) -> Planes:
    """Return base + sign * factor * other, or its conjugate as the factor where `turn` is -1."""
    real = torch.addcmul(base.real, factor.real, other.real, value=sign)
    imag = torch.addcmul(base.imag, factor.real, other.imag, value=sign)
    return Planes(
        torch.addcmul(real, factor.imag, other.imag, value=-sign * turn),
        torch.addcmul(imag, factor.imag, other.real, value=sign * turn),
    )
