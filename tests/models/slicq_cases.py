"""What the tests of xumx-sliCQ share: both versions as published, stem by stem, with the published names of tensors."""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import nn

from models.seeding import seeded_torch
from models.xumx_slicq import XumxSlicqConfig
from models.xumx_slicq_v1 import XumxSlicqV1Config
from transforms.slicq import SliCQ
from transforms.slicq_forms import overlap_added

CONFIG = XumxSlicqConfig(sample_rate=16000, bands=44, min_hz=60.0, outer_channels=3, middle_channels=4)
CONFIG_V1 = XumxSlicqV1Config(
    sample_rate=16000, bands=44, min_hz=60.0, max_hz=6500.0, outer_channels=3, middle_channels=4, post_filter="none"
)
"""Both have blocks with kernels over 5 bands and over one, and with 104 coefficients."""


class _Block(nn.Module):
    """Means, scales and autoencoders of a block; all but the means and scales of version 1 stand in `cdaes`."""

    def __init__(self, bands: int, autoencoders: dict[str, nn.Module]) -> None:
        super().__init__()
        self.input_mean = nn.Parameter(torch.zeros(bands))
        self.input_scale = nn.Parameter(torch.ones(bands))
        for name, module in autoencoders.items():
            self.add_module(name, module)

    def normalised(self, rows):
        return (rows + self.input_mean[:, None]) * self.input_scale[:, None]


def _kernel(bands):
    return 1 if bands < 10 else 3 if bands < 20 else 5


class PublishedV2(nn.Module):
    """Version 2: block by block, autoencoder by autoencoder."""

    def __init__(self, config: XumxSlicqConfig) -> None:
        super().__init__()
        self.config, self.slicq = config, SliCQ(config.slicq())
        self.sliced_umx = nn.ModuleList()
        for block in self.slicq.blocks:
            branches = nn.ModuleList(self._branch(block) for _ in config.stems)
            self.sliced_umx.append(_Block(block.bands, {"cdaes": branches}))

    def _branch(self, block):
        config, kernel, hop = self.config, _kernel(block.bands), block.length // 2
        outer, middle, window = config.outer_channels, config.middle_channels, (kernel, block.length)
        return nn.Sequential(
            *(nn.Conv2d(config.channels, outer, window, stride=(1, hop), bias=False), nn.BatchNorm2d(outer), nn.ReLU()),
            *(nn.Conv2d(outer, middle, (kernel, 4), bias=False), nn.BatchNorm2d(middle), nn.ReLU()),
            *(nn.ConvTranspose2d(middle, outer, (kernel, 4), bias=False), nn.BatchNorm2d(outer), nn.ReLU()),
            *(nn.ConvTranspose2d(outer, config.channels, window, stride=(1, hop)), nn.Sigmoid()),
        )

    def forward(self, mixture):
        coefficients = self.slicq(mixture)
        estimates = [self._block(*pair) for pair in zip(self.sliced_umx, coefficients, strict=True)]
        return self.slicq.inverse(estimates, mixture.shape[-1])

    def _block(self, block, mixture):
        slices, length = mixture.shape[-2:]
        rows = block.normalised(mixture.abs().flatten(-2))
        if self.config.realtime:
            rows = functional.pad(rows, (length - 1, 0))
        masks = torch.stack([branch(rows)[..., : slices * length] for branch in block.cdaes], dim=1)
        estimates = masks.unflatten(-1, (slices, length)) * mixture[:, None]
        if self.config.realtime:
            return estimates
        eps = torch.finfo(torch.float32).eps
        return literal_filter(estimates.flatten(-2), mixture.flatten(-2), eps).unflatten(-1, (slices, length))


class PublishedV1(nn.Module):
    """Version 1: stem by stem, block by block; its masks times the mixture, before any filter."""

    def __init__(self, config: XumxSlicqV1Config) -> None:
        super().__init__()
        self.config, self.slicq = config, SliCQ(config.slicq())
        centres_hz = [0.0, *config.slicq().scale.centres_hz()]
        for stem in config.stems:
            branches, band = nn.ModuleList(), 0
            for block in self.slicq.blocks:
                learned = centres_hz[band] <= config.max_hz
                branches.append(_Block(block.bands, {"cdae": self._branch(block)}) if learned else nn.Module())
                band += block.bands
            self.add_module(f"bucketed_unmixes_{stem}", branches)

    def _branch(self, block):
        config, kernel = self.config, (_kernel(block.bands), 7 if block.length <= 100 else 13)
        channels, outer, middle = config.channels, config.outer_channels, config.middle_channels
        shape = {"kernel_size": kernel, "dilation": (1, 2), "bias": False}
        return nn.Sequential(
            *(nn.Conv2d(channels, outer, **shape), nn.BatchNorm2d(outer), nn.ReLU()),
            *(nn.Conv2d(outer, middle, **shape), nn.BatchNorm2d(middle), nn.ReLU()),
            *(nn.ConvTranspose2d(middle, outer, **shape), nn.BatchNorm2d(outer), nn.ReLU()),
            *(nn.ConvTranspose2d(outer, channels, **shape), nn.BatchNorm2d(channels), nn.ReLU()),
            *(nn.ConvTranspose2d(channels, channels, (1, 3), stride=(1, 2)), nn.Sigmoid()),
        )

    def forward(self, mixture):
        coefficients = self.slicq(mixture)
        stems = [
            [
                self._block(*pair)
                for pair in zip(self.get_submodule(f"bucketed_unmixes_{stem}"), coefficients, strict=True)
            ]
            for stem in self.config.stems
        ]
        return torch.stack([self.slicq.inverse(blocks, mixture.shape[-1]) for blocks in stems], dim=1)

    def _block(self, block, mixture):
        if not isinstance(block, _Block):
            return mixture
        slices, length = mixture.shape[-2:]
        masks = block.cdae(block.normalised(overlap_added(mixture.abs())))[..., : slices * length]
        return masks.unflatten(-1, (slices, length)) * mixture


def random_published(published_class, config):
    """Draw every vector anew, so that means, scales and statistics take part, and make the masks differ."""
    with seeded_torch(1):
        network = published_class(config).eval()
        for name, tensor in network.state_dict().items():
            if name.endswith("input_mean"):
                tensor.uniform_(-0.3, 0.0)
            elif tensor.ndim == 1:
                tensor.uniform_(0.5, 1.5)
            elif tensor.ndim > 1:
                tensor.mul_(3.0)
    return network


def literal_filter(estimates, mixture, eps):
    """One iteration of the multichannel Wiener filter, every matrix written out, in double precision.

    Args:
        estimates: Shape (batch, stems, channels, bands, frames), complex.
        mixture: Shape (batch, channels, bands, frames), complex, no larger than 10.
        eps: Regularisation.
    """
    y, x = estimates.to(torch.complex128), mixture.to(torch.complex128)
    power = y.abs().square().mean(dim=2)
    covariance = torch.einsum("bjcft,bjdft->bjfcd", y, y.conj()) / (power.sum(-1) + eps)[..., None, None]
    mixed = torch.einsum("bjft,bjfcd->bftcd", power.to(x.dtype), covariance)
    mixed = mixed + eps**0.5 * torch.eye(x.shape[1], dtype=x.dtype)
    whitened = torch.einsum("bftcd,bdft->bcft", torch.linalg.inv(mixed), x)
    return torch.einsum("bjft,bjfcd,bdft->bjcft", power.to(x.dtype), covariance, whitened).to(estimates.dtype)
