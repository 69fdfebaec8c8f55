"""Building blocks of SCNet: sparse down- and up-sampling along frequency, convolution modules, dual-path LSTMs.

The frequency axis is cut into three bands. Low frequencies keep their resolution, higher ones are compressed by strided
convolutions and get shallower modules. Names of submodules are those of the published weights.

Axes: `batch`, `channels`, `bins` (frequency), `frames` (time).

Reference: Tong et al., "SCNet: Sparse Compression Network for Music Source Separation", 2024,
https://arxiv.org/abs/2401.13276
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn


@dataclass(frozen=True)
class BandPlan:
    """How the frequency axis is cut and compressed; three numbers each, for the low, middle and high band."""

    shares: tuple[float, ...]
    """Share of the bins in each band; the last one takes what is left."""
    strides: tuple[int, ...]
    """Factor by which the bins of a band are reduced."""
    kernels: tuple[int, ...]
    """Taps of the convolution that reduces them."""

    def sizes(self, bins: int) -> tuple[int, ...]:
        """Return how many bins each band has."""
        first = math.ceil(bins * self.shares[0])
        second = math.ceil(bins * (self.shares[0] + self.shares[1]))
        return first, second - first, bins - second

    def compressed_sizes(self, bins: int) -> tuple[int, ...]:
        """Return how many bins each band has after the convolution."""
        sizes = zip(self.sizes(bins), self.strides, self.kernels, strict=True)
        return tuple(
            (size + missing_bins(size, stride, kernel) - kernel) // stride + 1 for size, stride, kernel in sizes
        )


def missing_bins(size: int, stride: int, kernel: int) -> int:
    """Return how many zeros a band of some size is extended by before its convolution, half of them on each side."""
    return kernel - 1 if stride == 1 else -size % stride


class ConvolutionModule(nn.Module):
    """Residual branches along time, each at every frequency by itself: widen, gate, convolve in depth, narrow.

    Args:
        channels: Of the features.
        hidden_channels: Inside a branch.
        depth: Number of branches, one after the other.
        kernel: Taps of the convolutions; odd.
    """

    def __init__(self, channels: int, hidden_channels: int, depth: int, kernel: int) -> None:
        super().__init__()
        reach = kernel // 2
        self.layers = nn.ModuleList(
            nn.Sequential(
                nn.GroupNorm(1, channels),
                nn.Conv1d(channels, 2 * hidden_channels, kernel, padding=reach),
                nn.GLU(1),
                nn.Conv1d(hidden_channels, hidden_channels, kernel, padding=reach, groups=hidden_channels),
                nn.GroupNorm(1, hidden_channels),
                nn.SiLU(),
                nn.Conv1d(hidden_channels, channels, 1),
            )
            for _ in range(depth)
        )

    def forward(self, features: Tensor) -> Tensor:
        """Process (batch, channels, bins, frames)."""
        batch, _, bins, _ = features.shape
        lines = features.transpose(1, 2).flatten(0, 1)
        for layer in self.layers:
            lines = lines + layer(lines)
        return lines.unflatten(0, (batch, bins)).transpose(1, 2)


class SparseDown(nn.Module):
    """Cut the bins into bands and compress each by its own convolution."""

    def __init__(self, channels_in: int, channels_out: int, plan: BandPlan) -> None:
        super().__init__()
        self.plan = plan
        self.convs = nn.ModuleList(
            nn.Conv2d(channels_in, channels_out, (kernel, 1), (stride, 1))
            for kernel, stride in zip(plan.kernels, plan.strides, strict=True)
        )

    def forward(self, features: Tensor) -> list[Tensor]:
        """Return (batch, channels, bins, frames) as one tensor for each band."""
        plan = self.plan
        bands = features.split(plan.sizes(features.shape[2]), dim=2)
        compressed = []
        for conv, band, stride, kernel in zip(self.convs, bands, plan.strides, plan.kernels, strict=True):
            missing = missing_bins(band.shape[2], stride, kernel)
            before = missing // 2
            compressed.append(conv(functional.pad(band, (0, 0, before, missing - before))))
        return compressed


class SparseUp(nn.Module):
    """Bring each compressed band back to its size by a transposed convolution; the inverse of `SparseDown` in shape."""

    def __init__(self, channels_in: int, channels_out: int, plan: BandPlan) -> None:
        super().__init__()
        self.plan = plan
        self.convtrs = nn.ModuleList(
            nn.ConvTranspose2d(channels_in, channels_out, (kernel, 1), (stride, 1))
            for kernel, stride in zip(plan.kernels, plan.strides, strict=True)
        )

    def forward(self, features: Tensor, bins: int) -> Tensor:
        """Return (batch, channels, compressed bins, frames) with so many bins as there were before the compression."""
        bands = features.split(self.plan.compressed_sizes(bins), dim=2)
        grown = []
        for conv, band, size in zip(self.convtrs, bands, self.plan.sizes(bins), strict=True):
            wide = conv(band)
            before = (wide.shape[2] - size) // 2
            grown.append(wide[:, :, before : before + size])
        return torch.cat(grown, dim=2)


class EncoderStage(nn.Module):
    """Down-sampling, a convolution module for each band, and a convolution over the joined bands."""

    def __init__(self, down: SparseDown, modules: Sequence[ConvolutionModule], channels: int) -> None:
        super().__init__()
        self.SDlayer = down
        self.conv_modules = nn.ModuleList(modules)
        self.globalconv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return what the next stage gets, and what skips to the decoder."""
        bands = self.SDlayer(features)
        joined = torch.cat(
            [functional.gelu(module(band)) for module, band in zip(self.conv_modules, bands, strict=True)], dim=2
        )
        return self.globalconv(joined), joined


class Fusion(nn.Module):
    """Add a skip connection, and gate the sum by a convolution over two copies of it."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2 * channels, 2 * channels, 3, padding=1)

    def forward(self, features: Tensor, skip: Tensor) -> Tensor:
        """Return the fusion of two tensors (batch, channels, bins, frames)."""
        # Both halves of the input are the same, so their weights may be added first: half the work.
        weight = self.conv.weight.unflatten(1, (2, -1)).sum(dim=1)
        fused = functional.conv2d(features + skip, weight, self.conv.bias, padding=1)
        return functional.glu(fused, dim=1)


class DualPath(nn.Module):
    """An LSTM along frequency, then one along time, each on normalised features and added to them."""

    def __init__(self, channels: int, expansion: int) -> None:
        super().__init__()
        hidden = channels * expansion
        self.lstm_layers = nn.ModuleList(nn.LSTM(channels, hidden, bidirectional=True) for _ in range(2))
        self.linear_layers = nn.ModuleList(nn.Linear(2 * hidden, channels) for _ in range(2))
        self.norm_layers = nn.ModuleList(nn.GroupNorm(1, channels) for _ in range(2))

    def forward(self, features: Tensor) -> Tensor:
        """Process (batch, channels, bins, frames)."""
        features = features + self._path(0, features.transpose(2, 3)).transpose(2, 3)
        return features + self._path(1, features)

    def _path(self, index: int, features: Tensor) -> Tensor:
        """Run along the last axis of (batch, channels, lines, steps)."""
        batch, _, lines, _ = features.shape
        sequences = self.norm_layers[index](features).permute(3, 0, 2, 1).flatten(1, 2)
        output = self.linear_layers[index](self.lstm_layers[index](sequences)[0])
        return output.unflatten(1, (batch, lines)).permute(1, 3, 2, 0)


class Separation(nn.Module):
    """Dual-path layers, every second of them on the Fourier transform of the features over time.

    The transform doubles the channels (real and imaginary parts) and halves the frames, which must be even.
    """

    def __init__(self, channels: int, expansion: int, layers: int) -> None:
        super().__init__()
        self.dp_modules = nn.ModuleList(DualPath(channels * (1 + index % 2), expansion) for index in range(layers))

    def forward(self, features: Tensor) -> Tensor:
        """Process (batch, channels, bins, frames)."""
        for index, layer in enumerate(self.dp_modules):
            # Fourier transforms need full precision, whatever the layers compute in.
            features = layer(features).float()
            if index % 2 == 0:
                spectrum = torch.fft.rfft(features, dim=3, norm="ortho")
                features = torch.cat([spectrum.real, spectrum.imag], dim=1)
            else:
                features = torch.fft.irfft(torch.complex(*features.chunk(2, dim=1)), dim=3, norm="ortho")
        return features
