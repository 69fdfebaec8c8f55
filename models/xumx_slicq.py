"""xumx-sliCQ version 2: a convolutional autoencoder for each block of a sliCQ and each stem, Wiener filter within.

An autoencoder reads a block's slices in a row. Its first layer has windows of a whole slice, its last layer mirrors
that; masks come out of a sigmoid. The published offline network then runs one iteration of the multichannel Wiener
filter on each block and was trained through it; the realtime one has a first layer that looks back only, and keeps the
mixture's phase. Its other layers still look ahead, by three halves of a slice.

The four autoencoders of a block lie together here, as groups of one convolution each; the first layer, whose input they
share, is a single one. The publisher's code runs them one after another. Windows of the last layer overlap by half, so
it is computed as a convolution over half windows, several times as fast as torch's strided one on a CPU.

How the original was used: normalisation: none; songs in pieces of 59 s without overlap, whose seams can be heard.

References: Hanssian, "Music demixing with the sliCQ transform", Music Demixing Workshop at ISMIR, 2021,
https://arxiv.org/abs/2112.05509; version 2 is described at https://github.com/sevagh/xumx-sliCQ only
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.parts.config_checks import check_sizes
from models.slicq_network import SlicqNetwork, SlicqNetworkConfig, filled_up, kernel_bands, transposed_convolution
from transforms.band_transform import Block
from transforms.slicq import SliCQ
from transforms.wiener import WienerConfig, wiener_em

WIENER = WienerConfig(iterations=1, eps=None, window_frames=5000)
"""The offline network's filter; frames are the coefficients of a block's slices in a row."""

_FRAMES_IN_MIDDLE = 4
"""Half slices that the convolutions of the middle reach over."""


@dataclass(frozen=True)
class XumxSlicqConfig(SlicqNetworkConfig):
    """What an xumx-sliCQ network of version 2 is made of; the defaults are those of the published offline one."""

    outer_channels: int = 50
    """Channels after the first layer and before the last, for each stem."""
    middle_channels: int = 51
    """Channels in the middle, for each stem."""
    realtime: bool = False
    """The first layer looks back only, and the mixture's phase is kept instead of the Wiener filter."""

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        super().__post_init__()
        check_sizes(self.network_name, self, ("outer_channels", "middle_channels"))


REALTIME = XumxSlicqConfig(realtime=True)
TINY = XumxSlicqConfig(bands=20, min_hz=1000.0, outer_channels=4, middle_channels=5)


class _Autoencoders(nn.Module):
    """Those of all stems for one block; stems are groups of channels.

    Args:
        config: What the network is made of.
        block: Which block.
    """

    def __init__(self, config: XumxSlicqConfig, block: Block) -> None:
        super().__init__()
        stems, window, self.hop = len(config.stems), block.length, block.length // 2
        self.channels, self.stems = config.channels, stems
        self.look_back = window - 1 if config.realtime else 0
        bands = kernel_bands(block.bands)
        outer, middle = stems * config.outer_channels, stems * config.middle_channels
        self.input_mean = nn.Parameter(torch.zeros(block.bands))
        self.input_scale = nn.Parameter(torch.ones(block.bands))
        self.encode = nn.Conv2d(config.channels, outer, (bands, window), stride=(1, self.hop), bias=False)
        self.encode_norm = nn.BatchNorm2d(outer)
        self.squeeze = nn.Conv2d(outer, middle, (bands, _FRAMES_IN_MIDDLE), groups=stems, bias=False)
        self.squeeze_norm = nn.BatchNorm2d(middle)
        self.expand = nn.ConvTranspose2d(middle, outer, (bands, _FRAMES_IN_MIDDLE), groups=stems, bias=False)
        self.expand_norm = nn.BatchNorm2d(outer)
        self.decode = nn.ConvTranspose2d(
            outer, stems * config.channels, (bands, window), stride=(1, self.hop), groups=stems
        )

    def forward(self, magnitude: Tensor) -> Tensor:
        """Return the masks (batch, stems, channels, bands, slices, length) of magnitudes without the axis of stems."""
        slices, length = magnitude.shape[-2:]
        rows = (filled_up(magnitude).flatten(-2) + self.input_mean[:, None]) * self.input_scale[:, None]
        features = torch.relu(self.encode_norm(self.encode(functional.pad(rows, (self.look_back, 0)))))
        features = torch.relu(self.squeeze_norm(self.squeeze(features)))
        features = torch.relu(self.expand_norm(transposed_convolution(self.expand, features)))
        masks = torch.sigmoid(self._decode(features)[..., : slices * length])
        return masks.unflatten(-1, (slices, length)).unflatten(1, (self.stems, self.channels)).to(magnitude.dtype)

    def _decode(self, features: Tensor) -> Tensor:
        """Compute the last layer: frames (batch, features, bands, frames) to rows (batch, channels, bands, samples)."""
        layer = self.decode
        # Half a window later is the same half of the next frame, so that the halves are two taps of a dense layer.
        halves = layer.weight.unflatten(-1, (2, self.hop)).permute(0, 1, 4, 2, 3).flatten(1, 2)
        bias = layer.bias.repeat_interleave(self.hop)  # type: ignore[union-attr]  # the layer has one
        rows = functional.conv_transpose2d(features, halves, bias, groups=self.stems)
        return rows.unflatten(1, (-1, self.hop)).permute(0, 1, 3, 4, 2).flatten(-2)


class XumxSlicq(SlicqNetwork):
    """The network; see the module for how it was used.

    Args:
        config: What it is made of.
    """

    config: XumxSlicqConfig

    def __init__(self, config: XumxSlicqConfig) -> None:
        slicq = SliCQ(config.slicq())
        super().__init__(config, slicq, [_Autoencoders(config, block) for block in slicq.blocks])

    def filtered(self, masks: Sequence[Tensor], mixture_blocks: Sequence[Tensor]) -> list[Tensor]:
        """Apply masks, as `masks` returns them, to the mixture's coefficients: shapes as of `estimates`."""
        if self.config.realtime:
            return super().filtered(masks, mixture_blocks)
        return [_wiener(mask, mixture) for mask, mixture in zip(masks, mixture_blocks, strict=True)]


def _wiener(mask: Tensor, mixture: Tensor) -> Tensor:
    """Filter a block with its slices in a row."""
    magnitudes = mask * mixture.abs()[:, None]
    return wiener_em(magnitudes.flatten(-2), mixture.flatten(-2), WIENER).unflatten(-1, mask.shape[-2:])
