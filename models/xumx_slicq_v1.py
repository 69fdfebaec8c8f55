"""xumx-sliCQ version 1: a convolutional autoencoder for each stem and each block of a sliCQ up to 16 kHz.

An autoencoder reads the overlap-added magnitudes of a block; a last layer brings its output back to the number of the
coefficients, and a sigmoid makes it a mask. What is separated with the mixture's phase is then filtered, in one of two
ways that the publisher measured: in the sliCQ, all coefficients of a band at once, or in an STFT.

The published network has three flaws, which `corrected` repairs, for networks that are trained anew:

- above 16 kHz every stem is given the whole mixture; corrected, the shares of the highest block that has a network;
- the last layer spreads overlap-added frames evenly over the slices' coefficients, although slices overlap, so that a
  mask's second half of a slice is late by up to half of it; corrected, each coefficient gets its own frame;
- the STFT of the filter has no window; corrected, it has Hann's.

As in `models.xumx_slicq`, the autoencoders of a block lie together as groups of one convolution each.

How the original was used: normalisation: none; songs in pieces of 59 s without overlap, whose seams can be heard.

Reference: Hanssian, "Music demixing with the sliCQ transform", Music Demixing Workshop at ISMIR, 2021,
https://arxiv.org/abs/2112.05509
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, get_args

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.errors import SettingsError
from models.parts.batches import check_batch
from models.parts.config_checks import check_sizes
from models.slicq_filters import filtered_blocks, filtered_sound
from models.slicq_network import SlicqNetwork, SlicqNetworkConfig, filled_up, kernel_bands, transposed_convolution
from transforms.band_transform import Block
from transforms.slicq import SliCQ
from transforms.slicq_forms import overlap_added

PostFilter = Literal["slicq", "stft", "none"]

_DILATION = (1, 2)
_NARROW_FRAMES, _WIDE_FRAMES = 7, 13
_LONGEST_NARROW = 100
"""Blocks with more coefficients in a slice have wide kernels."""


@dataclass(frozen=True)
class XumxSlicqV1Config(SlicqNetworkConfig):
    """What an xumx-sliCQ network of version 1 is made of; the defaults are the published ones."""

    outer_channels: int = 25
    """Channels after the first layer and before the last, for each stem."""
    middle_channels: int = 55
    """Channels in the middle, for each stem."""
    max_hz: float = 16000.0
    """Blocks whose lowest band lies above have no network."""
    post_filter: PostFilter = "slicq"
    """The Wiener filter of `forward`: on the coefficients, on an STFT, or none; `estimates` are those before it."""
    corrected: bool = False
    """Repair what the module says is wrong with the published network; its weights do not fit that."""

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        super().__post_init__()
        check_sizes(self.network_name, self, ("outer_channels", "middle_channels"))
        if self.post_filter not in get_args(PostFilter):
            raise SettingsError(
                f"{self.network_name}'s 'post_filter' must be one of {', '.join(get_args(PostFilter))}. "
                f"Got '{self.post_filter}'."
            )
        if self.max_hz < self.min_hz:
            raise SettingsError(
                f"{self.network_name}'s 'max_hz' must be at least 'min_hz', {self.min_hz:g}. Got {self.max_hz:g}."
            )


TINY = XumxSlicqV1Config(bands=20, min_hz=1000.0, outer_channels=4, middle_channels=5)


class _Autoencoders(nn.Module):
    """Those of all stems for one block; stems are groups of channels.

    Args:
        config: What the network is made of.
        block: Which block.
    """

    def __init__(self, config: XumxSlicqV1Config, block: Block) -> None:
        super().__init__()
        stems, channels = len(config.stems), config.channels
        self.stems, self.corrected = stems, config.corrected
        kernel = (kernel_bands(block.bands), _NARROW_FRAMES if block.length <= _LONGEST_NARROW else _WIDE_FRAMES)
        sizes = [stems * size for size in (channels, config.outer_channels, config.middle_channels)]
        self.input_mean = nn.Parameter(torch.zeros(stems, block.bands))
        self.input_scale = nn.Parameter(torch.ones(stems, block.bands))
        self.encode = nn.Conv2d(sizes[0], sizes[1], kernel, dilation=_DILATION, groups=stems, bias=False)
        self.encode_norm = nn.BatchNorm2d(sizes[1])
        self.squeeze = nn.Conv2d(sizes[1], sizes[2], kernel, dilation=_DILATION, groups=stems, bias=False)
        self.squeeze_norm = nn.BatchNorm2d(sizes[2])
        self.expand = nn.ConvTranspose2d(sizes[2], sizes[1], kernel, dilation=_DILATION, groups=stems, bias=False)
        self.expand_norm = nn.BatchNorm2d(sizes[1])
        self.decode = nn.ConvTranspose2d(sizes[1], sizes[0], kernel, dilation=_DILATION, groups=stems, bias=False)
        self.decode_norm = nn.BatchNorm2d(sizes[0])
        self.grow = nn.ConvTranspose2d(sizes[0], sizes[0], (1, 3), stride=(1, 2), groups=stems)

    def forward(self, magnitude: Tensor) -> Tensor:
        """Return the masks (batch, stems, channels, bands, slices, length) of magnitudes without the axis of stems."""
        given = filled_up(magnitude)
        frames = overlap_added(given)[:, None]
        frames = ((frames + self.input_mean[:, None, :, None]) * self.input_scale[:, None, :, None]).flatten(1, 2)
        frames = torch.relu(self.encode_norm(self.encode(frames)))
        frames = torch.relu(self.squeeze_norm(self.squeeze(frames)))
        frames = torch.relu(self.expand_norm(transposed_convolution(self.expand, frames)))
        frames = torch.relu(self.decode_norm(transposed_convolution(self.decode, frames)))
        rows = self._at_own_frames(frames, given) if self.corrected else self._spread(frames, given)
        masks = torch.sigmoid(rows).unflatten(1, (self.stems, -1)).to(magnitude.dtype)
        return masks[..., : magnitude.shape[-2], :]

    def _spread(self, frames: Tensor, block: Tensor) -> Tensor:
        """Return twice as many frames cut into the slices of a block: (..., frames) to (..., slices, length)."""
        slices, length = block.shape[-2:]
        return self.grow(frames)[..., : slices * length].unflatten(-1, (slices, length))

    def _at_own_frames(self, frames: Tensor, block: Tensor) -> Tensor:
        """Return for each coefficient of a block what lies at its time: (..., frames) to (..., slices, length)."""
        length, layer = block.shape[-1], self.grow
        rows = functional.conv_transpose2d(frames, layer.weight, layer.bias, padding=(0, 1), groups=layer.groups)
        return rows.unfold(-1, length, length // 2)


class XumxSlicqV1(SlicqNetwork):
    """The network; see the module for how it was used.

    Args:
        config: What it is made of.
    """

    config: XumxSlicqV1Config

    def __init__(self, config: XumxSlicqV1Config) -> None:
        slicq = SliCQ(config.slicq())
        super().__init__(config, slicq, [_Autoencoders(config, block) for block in _blocks_below(config, slicq)])

    def rows(self, magnitude: Tensor) -> Tensor:
        """Return a block's slices (..., bands, slices, length) overlap-added, as its network reads them."""
        return overlap_added(magnitude)

    def masks(self, magnitudes: Sequence[Tensor]) -> list[Tensor]:
        """Estimate what share of each coefficient belongs to each stem: as of `SlicqNetwork`, and above `max_hz`.

        There every stem has all, or with `corrected` its share of the masks below.
        """
        learned = super().masks(magnitudes)
        above = magnitudes[len(learned) :]
        if self.config.corrected:
            return [*learned, *(_shares(learned[-1], magnitude) for magnitude in above)]
        return [*learned, *(_all_for_each(magnitude, len(self.stems)) for magnitude in above)]

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate mixtures (batch, channels, samples), as `SlicqNetwork` does, and filter the stems."""
        check_batch(mixture, self.channels)
        mixture_blocks = self.slicq(mixture)
        estimates = self.estimates(mixture_blocks)
        if self.config.post_filter == "slicq":
            estimates = filtered_blocks(estimates, mixture_blocks)
        stems = self.sound(estimates, mixture.shape[-1])
        if self.config.post_filter == "stft":
            return filtered_sound(stems, mixture, "hann" if self.config.corrected else "rectangular")
        return stems


def _blocks_below(config: XumxSlicqV1Config, slicq: SliCQ) -> list[Block]:
    """Return the blocks whose lowest band's centre is not above `max_hz`."""
    centres_hz = [0.0, *config.slicq().scale.centres_hz()[:-1], config.sample_rate / 2]
    firsts = accumulate((block.bands for block in slicq.blocks), initial=0)
    return [block for block, first in zip(slicq.blocks, firsts, strict=False) if centres_hz[first] <= config.max_hz]


def _all_for_each(magnitude: Tensor, stems: int) -> Tensor:
    """Return masks of one."""
    return torch.ones_like(magnitude)[:, None].expand(-1, stems, *magnitude.shape[1:])


def _shares(mask: Tensor, magnitude: Tensor) -> Tensor:
    """Return how the masks of another block share each moment, all bands together, as masks of this block."""
    totals = mask.mean(dim=-3)
    shares = totals / totals.sum(dim=1, keepdim=True).clamp(min=torch.finfo(totals.dtype).tiny)
    at_times = functional.interpolate(shares.flatten(0, 2), magnitude.shape[-1], mode="linear")
    shape = (*mask.shape[:3], magnitude.shape[-3], *magnitude.shape[-2:])
    return at_times.unflatten(0, mask.shape[:3])[..., None, :, :].expand(shape)
