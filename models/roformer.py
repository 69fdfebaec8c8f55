"""BS-RoFormer and Mel-Band RoFormer: what they share, which is all but their bands and the place of their norms.

The complex spectrogram is cut into bands; each band of each frame becomes one token. Transformers attend along time
and along the bands in turn, and for each stem a small network in every band makes a complex mask of the mixture's
coefficients. Where bands overlap, the masks are averaged.

How the originals were run (https://github.com/ZFTurbo/Music-Source-Separation-Training): no normalisation; chunks of
the length they were trained on, half overlapped. A network for one stem gives the rest by subtraction.

Reference: Lu, Wang, Kong, Hung, "Music Source Separation with Band-Split RoPE Transformer", 2023,
https://arxiv.org/abs/2309.02612
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor, nn

from audio.stems import SAMPLE_RATE
from models.errors import SettingsError
from models.mixtures import CHANNELS
from models.parts.batches import check_batch
from models.roformer_parts import (
    AttentionSize,
    AxialPair,
    BandSplit,
    MaskEstimator,
    MaskSize,
    RotaryPositions,
    Transformer,
)
from transforms.stft import STFT, STFTConfig

COMPLEX = 2
"""Numbers of a coefficient: its real and its imaginary part."""
OVERLAP = 0.5
"""Share of a chunk that the next one covers again, as published."""

ConfigT = TypeVar("ConfigT", bound="RoformerConfig")


@dataclass(frozen=True)
class Bands:
    """Which bins of the spectrum belong to which band."""

    sizes: tuple[int, ...]
    """Bins of each band."""
    bins: tuple[int, ...]
    """The bins of all bands, one band after the other; a bin may be in several."""

    def __post_init__(self) -> None:
        last = max(self.bins, default=-1)
        if min(self.sizes, default=0) < 1 or set(self.bins) != set(range(last + 1)):
            raise SettingsError(
                f"The bands of a RoFormer must have a bin each and cover every bin from 0. Got {len(self.sizes)} bands "
                f"of {min(self.sizes, default=0)} to {max(self.sizes, default=0)} bins, {len(set(self.bins))} of the "
                f"bins from 0 to {last}. Choose fewer bands or a longer transform."
            )

    @property
    def widths(self) -> tuple[int, ...]:
        """Real numbers of each band in a frame."""
        return tuple(COMPLEX * CHANNELS * size for size in self.sizes)


@dataclass(frozen=True)
class RoformerConfig(ABC):
    """Sizes of both kinds of network."""

    stems: tuple[str, ...] = ("vocals",)
    """Stems that the network makes masks for, in their order."""
    rest: str | None = None
    """Name of a further output, the mixture minus all stems; None for no such output."""
    features: int = 384
    """Features of each token."""
    depth: int = 6
    """Pairs of transformers, one along time and one along the bands."""
    time_depth: int = 1
    """Layers of each transformer along time."""
    frequency_depth: int = 1
    """Layers of each transformer along the bands."""
    heads: int = 8
    """Attention heads."""
    head_features: int = 64
    """Features of each head, even."""
    mask_layers: int = 2
    """Linear layers of each mask network."""
    mask_expansion: int = 4
    """Features between those layers, in multiples of `features`."""
    hop_samples: int = 441
    """Step between frames."""
    keep_dc: bool = True
    """False sets the lowest bin of all stems to zero, as MSST does since September 2025; older weights knew it."""
    segment_samples: int = 352_800
    """Length of a chunk, as in training."""
    sample_rate: int = SAMPLE_RATE
    """In hertz."""
    dropout: float = 0.0
    """Share that training leaves out."""

    def __post_init__(self) -> None:
        outputs = self.outputs
        if not self.stems or len(set(outputs)) != len(outputs):
            raise SettingsError(
                f"A RoFormer needs distinct stems, at least one. Got {tuple(self.stems)} and the rest {self.rest!r}."
            )
        sizes = ("features", "depth", "time_depth", "frequency_depth", "heads", "mask_layers", "mask_expansion")
        for name in (*sizes, "hop_samples", "segment_samples", "sample_rate"):
            if getattr(self, name) < 1:
                raise SettingsError(f"A RoFormer's '{name}' must be at least 1. Got {getattr(self, name)}.")
        if self.head_features < 2 or self.head_features % 2:
            raise SettingsError(f"A RoFormer's 'head_features' must be even, 2 or more. Got {self.head_features}.")
        if not 0 <= self.dropout < 1:
            raise SettingsError(f"A RoFormer's 'dropout' must be from 0 to below 1. Got {self.dropout}.")

    @property
    def outputs(self) -> tuple[str, ...]:
        """All stems and the rest."""
        return tuple(self.stems) if self.rest is None else (*self.stems, self.rest)

    @property
    def attention(self) -> AttentionSize:
        """Size of the transformers' layers."""
        return AttentionSize(self.features, self.heads, self.head_features, self.dropout)

    @abstractmethod
    def bands(self) -> Bands:
        """Return which bins belong to which band."""

    @abstractmethod
    def with_bands(self: ConfigT, widths: Sequence[int]) -> ConfigT:
        """Return the config with the bands of a checkpoint, given the real numbers of each in a frame."""


class Roformer(nn.Module):
    """What both kinds of network do.

    Args:
        config: Sizes.
        transformer_norm: Makes what comes after each transformer.
        final_norm: Makes what comes after the last one.
    """

    def __init__(
        self,
        config: RoformerConfig,
        transformer_norm: Callable[[int], nn.Module],
        final_norm: Callable[[int], nn.Module],
    ) -> None:
        super().__init__()
        self.config = config
        self.stems = config.outputs
        self.sample_rate = config.sample_rate
        self.bands = config.bands()
        window_samples = 2 * max(self.bands.bins)
        self.stft = STFT(STFTConfig(window_samples=window_samples, hop_samples=config.hop_samples))
        size = config.attention
        along_time, along_bands = RotaryPositions(size.head_features), RotaryPositions(size.head_features)
        self.layers = nn.Sequential(
            *(
                AxialPair(
                    Transformer(size, config.time_depth, along_time, transformer_norm),
                    Transformer(size, config.frequency_depth, along_bands, transformer_norm),
                )
                for _ in range(config.depth)
            )
        )
        self.final_norm = final_norm(config.features)
        self.band_split = BandSplit(self.bands.widths, config.features)
        hidden = config.mask_expansion * config.features
        masks = MaskSize(self.bands.widths, config.features, hidden, config.mask_layers)
        self.mask_estimators = nn.ModuleList(MaskEstimator(masks) for _ in config.stems)

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples `forward` needs for a chunk: no more, it was trained without context."""
        return chunk_samples

    def forward(self, mixture: Tensor) -> Tensor:
        """Split a mixture of any length.

        Args:
            mixture: Shape (batch, 2, samples), float32; left as it is.

        Returns:
            Shape (batch, stems, 2, samples), float32.

        Raises:
            MixtureError: Another shape.
        """
        check_batch(mixture, CHANNELS)
        spectrum = self.stft(mixture)
        stem_spectra = spectrum[:, None] * self._masks(spectrum)
        if not self.config.keep_dc:
            stem_spectra[..., 0, :] = 0
        stems = self.stft.inverse(stem_spectra, mixture.shape[-1])
        if self.config.rest is None:
            return stems
        return torch.cat([stems, mixture[:, None] - stems.sum(dim=1, keepdim=True)], dim=1)

    def _masks(self, spectrum: Tensor) -> Tensor:
        """Turn a spectrum (batch, 2, bins, frames) into masks (batch, stems, 2, bins, frames)."""
        bins = torch.tensor(self.bands.bins)
        bands_of_bin = bins.bincount()[:, None].to(spectrum.device)
        bins = bins.to(spectrum.device)
        by_frame = torch.view_as_real(spectrum.permute(0, 3, 2, 1)[:, :, bins])
        features = self.final_norm(self.layers(self.band_split(by_frame.flatten(2))))
        masks = torch.stack([estimator(features) for estimator in self.mask_estimators], dim=1).float()
        masks = masks.unflatten(-1, (len(bins), CHANNELS * COMPLEX))
        sums = masks.new_zeros(*masks.shape[:3], spectrum.shape[2], CHANNELS * COMPLEX).index_add_(3, bins, masks)
        means = sums / bands_of_bin
        return torch.view_as_complex(means.unflatten(-1, (CHANNELS, COMPLEX))).permute(0, 1, 4, 3, 2)
