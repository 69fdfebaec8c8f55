"""Masks for stereo spectra that add up to the mixture, and the exact error that they leave, without applying them.

For each stem, band and frame there are four real numbers: what the left channel keeps of the mixture's left (own) and
what it takes from its right (cross), and the same for the right channel. Own shares of all stems add up to one, cross
shares to zero, so the estimates always add up to the mixture.

The squared error of an estimate is a quadratic form of these numbers whose coefficients are powers and cross-powers of
stems and mixture, summed over the bins of a band. Training needs these sums alone: no mask is spread to bins and no
inverse transform runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from models.parts.frequency_bands import FrequencyBands

SHARES = 4
"""Numbers of a stem in one place: own left, own right, cross to the left, cross to the right."""


def balanced(outputs: Tensor) -> Tensor:
    """Turn what a network gives into shares that add up to the mixture.

    Args:
        outputs: Shape (batch, stems, 4, bands, frames).

    Returns:
        The shape of the outputs.
    """
    own = torch.softmax(outputs[:, :, :2], dim=1)
    cross = outputs[:, :, 2:] - outputs[:, :, 2:].mean(dim=1, keepdim=True)
    return torch.cat([own, cross], dim=2)


def masked(shares: Tensor, spectrum: Tensor, bands: FrequencyBands) -> Tensor:
    """Apply shares to the spectrum of a mixture.

    Args:
        shares: Shape (batch, stems, 4, bands, frames), as `balanced` gives them.
        spectrum: Of the mixture, complex, shape (batch, 2, bins, frames).
        bands: How bands and bins belong together.

    Returns:
        Complex, shape (batch, stems, 2, bins, frames).
    """
    # Frames before bins, as the transform leaves them in memory, and numbers instead of pairs: twice as fast.
    framewise = shares.transpose(-1, -2).contiguous()
    there = torch.view_as_real(spectrum.transpose(-1, -2)).flatten(-2)[:, None]
    own, cross = framewise.chunk(2, dim=2)
    parts = [
        torch.addcmul(own_share * bins, cross_share, bins.flip(2)).flatten(-2)
        for (own_share, bins), (cross_share, _) in zip(
            bands.paired(own, there), bands.paired(cross, there), strict=True
        )
    ]
    return torch.view_as_complex(torch.cat(parts, dim=-1).unflatten(-1, (-1, 2))).transpose(-1, -2)


def view_powers(spectrum: Tensor, bands: FrequencyBands) -> Tensor:
    """Return mean powers of left, right, middle and side in each band and frame.

    Middle and side are halves of sum and difference, made before powers are taken: from powers and a cross-power the
    side of a nearly monaural sound would be rounding alone.

    Args:
        spectrum: Complex, shape (batch, 2, bins, frames).
        bands: How bands and bins belong together.

    Returns:
        Shape (batch, 4, bands, frames), 0 or more.
    """
    left, right = spectrum[:, 0], spectrum[:, 1]
    views = torch.stack([left, right, (left + right) / 2, (left - right) / 2], dim=1)
    pooled = bands.pooled(_product(views, views))
    return pooled / bands.widths(pooled)[:, None]


@dataclass(frozen=True)
class ErrorTerms:
    """What the squared errors of any shares are made of: sums over the bins of each band, none of them of shares."""

    stem_powers: Tensor
    """Shape (batch, stems, 2, bands, frames)."""
    with_own: Tensor
    """Products of each stem with the mixture's same channel; the same shape."""
    with_other: Tensor
    """The same with the mixture's other channel."""
    mixture_powers: Tensor
    """Shape (batch, 2, bands, frames)."""
    between: Tensor
    """Products of the mixture's channels with each other; the same shape."""

    @staticmethod
    def of(stems: Tensor, mixture: Tensor, bands: FrequencyBands) -> ErrorTerms:
        """Measure spectra.

        Args:
            stems: The true ones, complex, shape (batch, stems, 2, bins, frames).
            mixture: Complex, shape (batch, 2, bins, frames).
            bands: How bands and bins belong together.
        """
        stems, own = stems[..., : bands.covered, :], mixture[..., : bands.covered, :]
        other = own.flip(1)
        return ErrorTerms(
            stem_powers=bands.pooled(_product(stems, stems)),
            with_own=bands.pooled(_product(stems, own[:, None])),
            with_other=bands.pooled(_product(stems, other[:, None])),
            mixture_powers=bands.pooled(_product(own, own)),
            between=bands.pooled(_product(own, other)),
        )

    @staticmethod
    def joined(parts: Sequence[ErrorTerms]) -> ErrorTerms:
        """Put the items of several batches into one."""
        names = [field.name for field in fields(ErrorTerms)]
        return ErrorTerms(**{name: torch.cat([getattr(part, name) for part in parts]) for name in names})

    def squared_errors(self, shares: Tensor) -> Tensor:
        """Return the squared error that shares leave in each band.

        Args:
            shares: Shape (batch, stems, 4, bands, frames), as `balanced` gives them.

        Returns:
            Sums over the bins of a band, shape (batch, stems, 2, bands, frames), 0 or more.
        """
        own, cross = shares.chunk(2, dim=2)
        powers, between = self.mixture_powers[:, None], 2 * self.between[:, None]
        for_own = torch.addcmul(-2 * self.with_own, own, powers).addcmul(cross, between)
        for_cross = torch.addcmul(-2 * self.with_other, cross, powers.flip(2))
        errors = torch.addcmul(self.stem_powers, own, for_own).addcmul(cross, for_cross)
        # Rounding must not make an error negative: its root is taken later.
        return errors.clamp_min(0)


def _product(first: Tensor, second: Tensor) -> Tensor:
    """Real part of one spectrum times the conjugate of another."""
    parts = torch.view_as_real(first) * torch.view_as_real(second)
    return parts[..., 0] + parts[..., 1]
