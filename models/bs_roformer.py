"""BS-RoFormer: bands that cut the spectrum into pieces, narrow at the bottom and wide at the top.

One norm follows after all transformers. `models.roformer` has the rest.

Reference: Lu, Wang, Kong, Hung, "Music Source Separation with Band-Split RoPE Transformer", 2023,
https://arxiv.org/abs/2309.02612, section 4.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from torch import nn

from models.manifest import ModelEntry
from models.mixtures import CHANNELS
from models.network import Bag
from models.registry import BuildOptions
from models.roformer import COMPLEX, Bands, Roformer, RoformerConfig
from models.roformer_files import build_roformer
from models.roformer_parts import RMSNorm

PUBLISHED_BAND_BINS = (*(2,) * 24, *(4,) * 12, *(12,) * 8, *(24,) * 8, *(48,) * 8, 128, 129)


@dataclass(frozen=True)
class BSRoformerConfig(RoformerConfig):
    """Sizes of a BS-RoFormer."""

    band_bins: tuple[int, ...] = PUBLISHED_BAND_BINS
    """Bins of each band, from 0 hertz up; their sum is half a frame of the transform and one."""

    def bands(self) -> Bands:
        """Return bands that lie side by side."""
        return Bands(tuple(self.band_bins), tuple(range(sum(self.band_bins))))

    def with_bands(self, widths: Sequence[int]) -> BSRoformerConfig:
        """Return the config with the bands of a checkpoint, given the real numbers of each in a frame."""
        return replace(self, band_bins=tuple(width // (CHANNELS * COMPLEX) for width in widths))


class BSRoformer(Roformer):
    """The network; see the module.

    Args:
        config: Sizes.
    """

    def __init__(self, config: BSRoformerConfig) -> None:
        super().__init__(config, transformer_norm=nn.Identity, final_norm=RMSNorm)


def build(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the network of this row (`models.single_network` says what is raised)."""
    return build_roformer(entry, options, BSRoformerConfig, BSRoformer)
