"""What both versions of xumx-sliCQ share: masks for the magnitudes of a sliCQ, block by block, and sound out of them.

A block of the transform is a run of bands with equally many coefficients in a slice. Each block has a small network of
its own, which sees nothing of the others; it makes the masks of all stems.

Reference: Hanssian, "Music demixing with the sliCQ transform", Music Demixing Workshop at ISMIR, 2021,
https://arxiv.org/abs/2112.05509
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from audio.stems import SAMPLE_RATE
from models.errors import MixtureError, SettingsError
from models.parts.batches import check_batch
from models.parts.config_checks import check_sizes, check_stems
from transforms.frequency_scales import XUMX_SLICQ_SCALE, BarkScale
from transforms.slicq import SliCQ, SliCQConfig

FEWEST_SLICES = 3
"""What the network of a block is given at least, by zeros, as the publisher's code fills up short songs."""

_SMALLEST_RELATIVE_DEVIATION = 1e-4


@dataclass(frozen=True)
class SlicqNetworkConfig:
    """What both versions are made of; the defaults are the published ones."""

    network_name: ClassVar[str] = "xumx-sliCQ"
    """What messages call it."""

    stems: tuple[str, ...] = ("bass", "vocals", "other", "drums")
    """Stems in the order of the output."""
    sample_rate: int = SAMPLE_RATE
    """In hertz."""
    channels: int = 2
    """Channels of the mixture and of each stem; 1 or 2."""
    bands: int = XUMX_SLICQ_SCALE.bands
    """Bands on the Bark scale up to half the sample rate, which counts as one; one more lies at 0 Hz."""
    min_hz: float = XUMX_SLICQ_SCALE.min_hz
    """Centre of the lowest band above 0 Hz."""

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        check_stems(self.network_name, self.stems)
        check_sizes(self.network_name, self, ("sample_rate", "channels", "bands"))
        if self.channels > 2:
            raise SettingsError(f"{self.network_name}'s 'channels' must be 1 or 2. Got {self.channels}.")
        try:
            self.slicq()
        except ValueError as error:
            raise SettingsError(
                f"{self.network_name}'s 'bands' and 'min_hz' must make a transform. "
                f"Got {self.bands} and {self.min_hz:g}: {error}"
            ) from error

    def slicq(self) -> SliCQConfig:
        """Return the transform, with slices as long as its narrowest band asks for."""
        scale = BarkScale(self.min_hz, self.sample_rate / 2, self.bands)
        return SliCQConfig.with_suggested_slices(scale, self.sample_rate)


class SlicqNetwork(nn.Module):
    """A network for each block of a sliCQ.

    Args:
        config: What it is made of.
        slicq: The transform.
        blocks: The networks of its blocks from low to high frequencies, (batch, channels, bands, slices, length)
            magnitudes to masks (batch, stems, channels, bands, slices, length); the highest blocks may have none.
    """

    def __init__(self, config: SlicqNetworkConfig, slicq: SliCQ, blocks: Sequence[nn.Module]) -> None:
        super().__init__()
        self.config = config
        self.stems = config.stems
        self.sample_rate = config.sample_rate
        self.channels = config.channels
        self.slicq = slicq
        self.blocks = nn.ModuleList(blocks)

    def input_samples(self, chunk_samples: int) -> int:
        """Return the chunk's own length: the network takes any."""
        return chunk_samples

    def set_statistics(self, means: Tensor, deviations: Tensor) -> None:
        """Start from the training set's magnitudes, by which each block shifts and scales what it reads.

        Args:
            means: Mean magnitude of the training mixtures in each band, shape (bands,).
            deviations: Their standard deviation, shape (bands,); less than 1e-4 of the largest in a block counts as
                that. A block in which all are 0 is not scaled.
        """
        sizes = [block.bands for block in self.slicq.blocks]
        with torch.no_grad():
            for network, mean, deviation in zip(self.blocks, means.split(sizes), deviations.split(sizes), strict=False):
                floor = _SMALLEST_RELATIVE_DEVIATION * deviation.max() if deviation.any() else 1.0
                network.get_parameter("input_mean").copy_(-mean)
                network.get_parameter("input_scale").copy_(1 / deviation.clamp(min=floor))

    def read_magnitudes(self, mixture: Tensor) -> list[Tensor]:
        """Return the magnitudes that `set_statistics` wants to know about, of (channels, samples), block by block."""
        return [self.rows(block.abs()) for block in self.slicq(mixture)]

    def rows(self, magnitude: Tensor) -> Tensor:
        """Return a block's slices (..., bands, slices, length) as one row for each band, as its network reads them."""
        return magnitude.flatten(-2)

    def masks(self, magnitudes: Sequence[Tensor]) -> list[Tensor]:
        """Estimate what share of each coefficient belongs to each stem.

        Args:
            magnitudes: For each block of the transform (batch, channels, bands, slices, length), not negative.

        Returns:
            For each block (batch, stems, channels, bands, slices, length), from 0 to 1.

        Raises:
            MixtureError: Other shapes.
        """
        self._check_blocks(magnitudes)
        return [block(magnitude) for block, magnitude in zip(self.blocks, magnitudes, strict=False)]

    def estimates(self, mixture_blocks: Sequence[Tensor]) -> list[Tensor]:
        """Estimate the coefficients of the stems from the mixture's; `filtered` after `masks`.

        Args:
            mixture_blocks: For each block (batch, channels, bands, slices, length), complex, of this network's `slicq`.

        Returns:
            For each block (batch, stems, channels, bands, slices, length), complex.

        Raises:
            MixtureError: Other shapes.
        """
        return self.filtered(self.masks([block.abs() for block in mixture_blocks]), mixture_blocks)

    def filtered(self, masks: Sequence[Tensor], mixture_blocks: Sequence[Tensor]) -> list[Tensor]:
        """Apply masks, as `masks` returns them, to the mixture's coefficients: shapes as of `estimates`."""
        return [mask * mixture[:, None] for mask, mixture in zip(masks, mixture_blocks, strict=True)]

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate mixtures.

        Args:
            mixture: Shape (batch, channels, samples), float32.

        Returns:
            Shape (batch, stems, channels, samples).

        Raises:
            MixtureError: The mixture has another shape.
        """
        check_batch(mixture, self.channels)
        return self.sound(self.estimates(self.slicq(mixture)), mixture.shape[-1])

    def sound(self, estimates: Sequence[Tensor], samples: int) -> Tensor:
        """Return the sound (batch, stems, channels, samples) of coefficients as `estimates` returns them."""
        # Stem by stem: the transform's own copies of all stems at once would be the peak of the memory.
        parts = zip(*(block.unbind(1) for block in estimates), strict=True)
        return torch.stack([self.slicq.inverse(part, samples) for part in parts], dim=1)

    def _check_blocks(self, magnitudes: Sequence[Tensor]) -> None:
        shapes = [(self.channels, block.bands, block.length) for block in self.slicq.blocks]
        received = [(*given.shape[1:3], *given.shape[4:]) for given in magnitudes]
        slices = {given.shape[3] for given in magnitudes if given.ndim == 5}
        if received != shapes or len(slices) != 1 or 0 in slices:
            raise MixtureError(
                f"{self.config.network_name} needs magnitudes of the {len(shapes)} blocks of its sliCQ, shaped (batch, "
                f"{self.channels} channels, bands, slices, length). Got {[tuple(given.shape) for given in magnitudes]}."
            )


def filled_up(magnitude: Tensor) -> Tensor:
    """Return a block (batch, channels, bands, slices, length) with `FEWEST_SLICES` or more, by slices of zeros."""
    return functional.pad(magnitude, (0, 0, 0, max(0, FEWEST_SLICES - magnitude.shape[-2])))


def kernel_bands(bands: int) -> int:
    """Return over how many neighbouring bands the convolutions of a block with so many bands reach."""
    if bands < 10:
        return 1
    return 3 if bands < 20 else 5


def transposed_convolution(layer: nn.ConvTranspose2d, features: Tensor) -> Tensor:
    """Apply a layer of stride 1 as the convolution that it is, which torch computes faster on a CPU.

    Args:
        layer: Without padding; any groups and dilation.
        features: Shape (batch, channels, bands, frames).
    """
    weight = layer.weight.unflatten(0, (layer.groups, -1)).transpose(1, 2).flatten(0, 1).flip(-1, -2)
    padding = [step * (size - 1) for step, size in zip(layer.dilation, layer.kernel_size, strict=True)]
    return functional.conv2d(features, weight, layer.bias, 1, padding, layer.dilation, layer.groups)
