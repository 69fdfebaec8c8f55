"""Mel-Band RoFormer: overlapping bands, evenly spaced on the mel scale.

A band has the bins at which its triangular filter is above zero, and weighs them all alike; the original takes the
filters of `librosa.filters.mel`. The first and the last bin, where all triangles are zero but for rounding, belong to
the first and the last band. A norm follows after each transformer. `models.roformer` has the rest.

Reference: Wang, Lu, Won, "Mel-Band RoFormer for Music Source Separation", 2023, https://arxiv.org/abs/2310.01809
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from torch import nn

from models.errors import SettingsError
from models.manifest import ModelEntry
from models.network import Bag
from models.registry import BuildOptions
from models.roformer import Bands, Roformer, RoformerConfig
from models.roformer_files import build_roformer
from models.roformer_parts import RMSNorm
from transforms.mel import mel_bands


@dataclass(frozen=True)
class MelBandRoformerConfig(RoformerConfig):
    """Sizes of a Mel-Band RoFormer."""

    mask_layers: int = 3
    """Linear layers of each mask network; MSST's configs call this `mask_estimator_depth: 2`."""
    band_count: int = 60
    """Number of bands."""
    window_samples: int = 2048
    """Length of a frame of the transform, even."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.band_count < 1:
            raise SettingsError(f"A RoFormer's 'band_count' must be at least 1. Got {self.band_count}.")
        if self.window_samples < 2 or self.window_samples % 2:
            raise SettingsError(f"A RoFormer's 'window_samples' must be even, 2 or more. Got {self.window_samples}.")

    def bands(self) -> Bands:
        """Return bands that overlap."""
        is_inside = mel_bands(self.sample_rate, self.window_samples, self.band_count) > 0
        is_inside[0, 0] = is_inside[-1, -1] = True
        sizes = tuple(int(size) for size in is_inside.sum(axis=1))
        return Bands(sizes, tuple(int(place) for place in np.nonzero(is_inside)[1]))

    def with_bands(self, widths: Sequence[int]) -> MelBandRoformerConfig:
        """Return the config with the bands of a checkpoint, given the real numbers of each in a frame."""
        return replace(self, band_count=len(widths))


class MelBandRoformer(Roformer):
    """The network; see the module.

    Args:
        config: Sizes.
    """

    def __init__(self, config: MelBandRoformerConfig) -> None:
        super().__init__(config, transformer_norm=RMSNorm, final_norm=nn.Identity)


def build(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the network of this row (`models.single_network` says what is raised)."""
    return build_roformer(entry, options, MelBandRoformerConfig, MelBandRoformer)
