"""Losses by name, and the weighted sum of losses that a recipe describes.

All of them compare stems: they take estimates and references, as the network's view gives them (`training.views`).
Another one judges codes and has no name here, `domain_confusion.DomainConfusion`, for networks of your own that give
them: no recipe does. Penalties on weights are in `training.penalties`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import Tensor

from training.losses.band_errors import BandErrors
from training.losses.dissimilarity import Dissimilarity
from training.losses.mask_sum import MaskSum
from training.losses.mu_law_cross_entropy import MuLawCrossEntropy
from training.losses.multi_domain import MultiDomain
from training.losses.multi_resolution import MultiResolutionSTFT
from training.losses.ratios import SDR, SDSDR, SISDR
from training.losses.slicq_losses import SliCQComplexL2, SliCQMagnitudeL2, SliCQSDSDR, SliCQSISDR
from training.losses.spectral_losses import ComplexL1, ComplexL2, MagnitudeL1, MagnitudeL2
from training.losses.time_losses import TimeL1, TimeL2
from training.parts import PartError, build_part, read_entry
from training.recipe import LossTerm

Loss: TypeAlias = Callable[[Any, Any], Tensor]
"""Estimates, references -> a scalar; most take both as stem name -> samples, shape (batch, channels, samples)."""

LOSSES: Mapping[str, type[Loss]] = {
    "time_l1": TimeL1,
    "time_l2": TimeL2,
    "complex_l1": ComplexL1,
    "complex_l2": ComplexL2,
    "magnitude_l1": MagnitudeL1,
    "magnitude_l2": MagnitudeL2,
    "multi_resolution_stft": MultiResolutionSTFT,
    "si_sdr": SISDR,
    "sd_sdr": SDSDR,
    "sdr": SDR,
    "multi_domain": MultiDomain,
    "mu_law_cross_entropy": MuLawCrossEntropy,
    "dissimilarity": Dissimilarity,
    "band_errors": BandErrors,
    "slicq_complex_l2": SliCQComplexL2,
    "slicq_magnitude_l2": SliCQMagnitudeL2,
    "slicq_si_sdr": SliCQSISDR,
    "slicq_sd_sdr": SliCQSDSDR,
    "mask_sum": MaskSum,
}
"""Name in a recipe -> class; its fields are its settings."""


@dataclass(frozen=True)
class WeightedSum:
    """Losses multiplied by weights and added up."""

    terms: Mapping[str, tuple[float, Loss]]
    """Name -> weight and loss."""

    def __call__(self, estimates: Any, references: Any) -> Tensor:
        """Return the sum, a scalar; arguments as those of each loss."""
        return torch.stack([weight * loss(estimates, references) for weight, loss in self.terms.values()]).sum()


def build_loss(terms: Sequence[LossTerm | Mapping[str, Any]]) -> WeightedSum:
    """Build the loss of a recipe.

    Args:
        terms: Entries as `LossTerm`, or as YAML holds them; names are distinct.

    Raises:
        PartError: There is no entry, one has an unknown key or name or settings that the loss cannot use, or a name
            appears twice.
    """
    checked = [read_entry("losses", LossTerm, term) for term in terms]
    names = [term.name for term in checked]
    if not names or len(set(names)) != len(names):
        raise PartError(f"A recipe must name one loss or more, each once. Got {', '.join(names) or 'none'}.")
    return WeightedSum(
        {term.name: (term.weight, build_part("loss", LOSSES, term.name, term.settings)) for term in checked}
    )
