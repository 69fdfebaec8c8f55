"""Masks for stereo spectra that add up to the mixture, and the exact error that they leave, without applying them.

For each stem, band and frame there are four real numbers: what the left channel keeps of the mixture's left (own) and
what it takes from its right (cross), and the same for the right channel. Own shares of all stems add up to one, cross
shares to zero, so the estimates always add up to the mixture.

The squared error of an estimate is a quadratic form of these numbers whose coefficients are powers and cross-powers of
stems and mixture, summed over the bins of a band. Training needs these sums alone: no mask is spread to bins and no
inverse transform runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.frequency_bands import FrequencyBands

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
    own, cross = bands.spread(shares).chunk(2, dim=2)
    return own * spectrum[:, None] + cross * spectrum.flip(1)[:, None]


@dataclass(frozen=True)
class BandPowers:
    """Mean powers of a stereo mixture in each band and frame."""

    left: Tensor
    """Shape (batch, bands, frames), as the others."""
    right: Tensor
    cross: Tensor
    """Real part of left times the conjugate of right."""

    @staticmethod
    def of(spectrum: Tensor, bands: FrequencyBands) -> BandPowers:
        """Measure a spectrum, complex, shape (batch, 2, bins, frames)."""
        left, right = spectrum[:, 0], spectrum[:, 1]
        pooled = bands.pooled(torch.stack([_product(left, left), _product(right, right), _product(left, right)]))
        return BandPowers(*(pooled / bands.widths(pooled)[:, None]))


def squared_errors(shares: Tensor, stems: Tensor, mixture: Tensor, bands: FrequencyBands) -> Tensor:
    """Return the squared error that shares leave in each band.

    Args:
        shares: Shape (batch, stems, 4, bands, frames), as `balanced` gives them.
        stems: True spectra, complex, shape (batch, stems, 2, bins, frames).
        mixture: Complex, shape (batch, 2, bins, frames).
        bands: How bands and bins belong together.

    Returns:
        Sums over the bins of a band, shape (batch, stems, 2, bands, frames), 0 or more.
    """
    other = mixture.flip(1)
    mixture_power, between = bands.pooled(_product(mixture, mixture)), bands.pooled(_product(mixture, other))
    stem_power = bands.pooled(_product(stems, stems))
    with_own = bands.pooled(_product(stems, mixture[:, None]))
    with_other = bands.pooled(_product(stems, other[:, None]))
    own, cross = shares.chunk(2, dim=2)
    taken = own.square() * mixture_power[:, None] + cross.square() * mixture_power.flip(1)[:, None]
    both = 2 * (own * cross * between[:, None] - own * with_own - cross * with_other)
    # Rounding must not make an error negative: its root is taken later.
    return (stem_power + taken + both).clamp_min(0)


def _product(first: Tensor, second: Tensor) -> Tensor:
    """Real part of one spectrum times the conjugate of another."""
    return first.real * second.real + first.imag * second.imag
