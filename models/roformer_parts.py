"""The parts of band-split transformers with rotary positions: attention, its layers, the bands' ends.

Attribute names and places in sequences are those of the published checkpoints, whose keys come from them. Shapes:
(sequences, tokens, features) inside a transformer, tokens being frames or bands; (batch, frames, bands, features)
around it.

References: Lu, Wang, Kong, Hung, "Music Source Separation with Band-Split RoPE Transformer", 2023,
https://arxiv.org/abs/2309.02612; Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding", 2021,
https://arxiv.org/abs/2104.09864, equation 34; Zhang, Sennrich, "Root Mean Square Layer Normalization", 2019,
https://arxiv.org/abs/1910.07467. Gates on the heads' outputs and the layout of the keys are those of
https://github.com/lucidrains/BS-RoFormer 0.3, as ZFTurbo/Music-Source-Separation-Training keeps it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

_ROTARY_BASE = 10_000.0
_WIDENING = 4


@dataclass(frozen=True)
class AttentionSize:
    """What one layer of a transformer is made of."""

    features: int
    """Features of each token."""
    heads: int
    """Attention heads."""
    head_features: int
    """Features of each head, even: rotation takes them in pairs."""
    dropout: float = 0.0
    """Share of attention weights and of features that training leaves out."""


class RMSNorm(nn.Module):
    """Scale each token to unit root mean square, then each feature by its gain; silence stays silence."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(features))

    def forward(self, tokens: Tensor) -> Tensor:
        """Normalise (..., features)."""
        return functional.normalize(tokens, dim=-1) * (self.gamma * tokens.shape[-1] ** 0.5)


class RotaryPositions(nn.Module):
    """Turn pairs of features by an angle that grows with the token's position, each pair at its own speed."""

    freqs: Tensor

    def __init__(self, head_features: int) -> None:
        super().__init__()
        # Checkpoints hold the speeds, although no training changes them.
        speeds = [_ROTARY_BASE ** (-feature / head_features) for feature in range(0, head_features, 2)]
        self.register_buffer("freqs", torch.tensor(speeds))

    def forward(self, tokens: int) -> Tensor:
        """Return the rotations as complex numbers of shape (tokens, head_features // 2)."""
        positions = torch.arange(tokens, device=self.freqs.device, dtype=torch.float32)
        angles = torch.outer(positions, self.freqs.float())
        return torch.polar(torch.ones_like(angles), angles)


def rotated(features: Tensor, rotations: Tensor) -> Tensor:
    """Turn neighbouring features (0 and 1, 2 and 3, ...) as pairs.

    Args:
        features: Shape (..., tokens, head_features).
        rotations: Shape (tokens, head_features // 2), complex.

    Returns:
        The shape and the type of `features`.
    """
    pairs = torch.view_as_complex(features.float().unflatten(-1, (-1, 2)))
    return torch.view_as_real(pairs * rotations).flatten(-2).to(features.dtype)


class Attention(nn.Module):
    """Add self-attention over rotated queries and keys, with a gate on each head's output."""

    def __init__(self, size: AttentionSize, positions: RotaryPositions) -> None:
        super().__init__()
        inner = size.heads * size.head_features
        self.heads = size.heads
        self.dropout = size.dropout
        self.rotary_embed = positions
        self.norm = RMSNorm(size.features)
        self.to_qkv = nn.Linear(size.features, 3 * inner, bias=False)
        self.to_gates = nn.Linear(size.features, size.heads)
        self.to_out = nn.Sequential(nn.Linear(inner, size.features, bias=False), nn.Dropout(size.dropout))

    def forward(self, tokens: Tensor) -> Tensor:
        """Attend within each of (sequences, tokens, features)."""
        normed = self.norm(tokens)
        queries, keys, values = self.to_qkv(normed).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        rotations = self.rotary_embed(tokens.shape[1])
        attended = functional.scaled_dot_product_attention(
            rotated(queries, rotations),
            rotated(keys, rotations),
            values,
            dropout_p=self.dropout if self.training else 0.0,
        )
        gates = self.to_gates(normed).sigmoid()
        return tokens + self.to_out((attended.transpose(1, 2) * gates[..., None]).flatten(2))


class FeedForward(nn.Module):
    """Add two layers on each token by itself."""

    def __init__(self, size: AttentionSize) -> None:
        super().__init__()
        inner = _WIDENING * size.features
        self.net = nn.Sequential(
            RMSNorm(size.features),
            nn.Linear(size.features, inner),
            nn.GELU(),
            nn.Dropout(size.dropout),
            nn.Linear(inner, size.features),
            nn.Dropout(size.dropout),
        )

    def forward(self, tokens: Tensor) -> Tensor:
        """Transform (..., features)."""
        return tokens + self.net(tokens)


class Transformer(nn.Module):
    """Layers of attention and feed-forward.

    Args:
        size: Of its layers.
        depth: How many.
        positions: Shared by all transformers along the same axis.
        norm: Makes what comes after the last layer.
    """

    def __init__(
        self, size: AttentionSize, depth: int, positions: RotaryPositions, norm: Callable[[int], nn.Module]
    ) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *(nn.Sequential(Attention(size, positions), FeedForward(size)) for _ in range(depth))
        )
        self.norm = norm(size.features)

    def forward(self, tokens: Tensor) -> Tensor:
        """Transform (sequences, tokens, features)."""
        return self.norm(self.layers(tokens))


class AxialPair(nn.Sequential):
    """A transformer along time, then one along the bands."""

    def __init__(self, along_time: Transformer, along_bands: Transformer) -> None:
        super().__init__(along_time, along_bands)

    def forward(self, features: Tensor) -> Tensor:
        """Transform (batch, frames, bands, features)."""
        along_time, along_bands = self
        by_band = along_time(features.transpose(1, 2).flatten(0, 1)).unflatten(0, (len(features), -1))
        return along_bands(by_band.transpose(1, 2).flatten(0, 1)).unflatten(0, (len(features), -1))


class BandSplit(nn.Module):
    """Turn the coefficients of each band into features.

    Args:
        widths: Numbers of each band; real and imaginary parts of all channels count.
        features: Of each band.
    """

    def __init__(self, widths: tuple[int, ...], features: int) -> None:
        super().__init__()
        self.widths = widths
        self.to_features = nn.ModuleList(nn.Sequential(RMSNorm(width), nn.Linear(width, features)) for width in widths)

    def forward(self, coefficients: Tensor) -> Tensor:
        """Turn (batch, frames, sum of widths) into (batch, frames, bands, features)."""
        parts = coefficients.split(self.widths, dim=-1)
        return torch.stack([layer(part) for layer, part in zip(self.to_features, parts, strict=True)], dim=-2)


@dataclass(frozen=True)
class MaskSize:
    """What the masks of one stem are estimated by, in each band."""

    widths: tuple[int, ...]
    """Numbers of each band's mask."""
    features: int
    """Features of each band."""
    hidden: int
    """Features between the layers."""
    layers: int
    """Linear layers."""


class MaskEstimator(nn.Module):
    """Turn the features of each band into the mask of one stem."""

    def __init__(self, size: MaskSize) -> None:
        super().__init__()
        self.to_freqs = nn.ModuleList(
            nn.Sequential(_perceptron(size, 2 * width), nn.GLU(dim=-1)) for width in size.widths
        )

    def forward(self, bands: Tensor) -> Tensor:
        """Turn (batch, frames, bands, features) into (batch, frames, sum of widths)."""
        parts = zip(self.to_freqs, bands.unbind(dim=-2), strict=True)
        return torch.cat([layers(features) for layers, features in parts], dim=-1)


def _perceptron(size: MaskSize, outputs: int) -> nn.Sequential:
    sizes = [size.features, *[size.hidden] * (size.layers - 1), outputs]
    layers: list[nn.Module] = []
    for inputs, outs in itertools.pairwise(sizes):
        layers += [nn.Linear(inputs, outs), nn.Tanh()]
    return nn.Sequential(*layers[:-1])
