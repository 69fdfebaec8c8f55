"""The TFC-TDF U-Net of KUIELab-MDX-Net: spectrogram of a mixture in, spectrogram of one stem out.

Each block is a stack of convolutions over time and frequency ("time-frequency convolutions", TFC), to which the result
of two linear layers over the frequencies of each frame is added ("time-distributed fully-connected", TDF). Against the
first TFC-TDF U-Net the convolutions are not densely connected, and the decoder multiplies by the encoder's output of
the same level instead of concatenating it.

Names of the parameters are those of https://github.com/kuielab/mdx-net (src/models/mdxnet.py at 1537f1d), so that its
checkpoints fit.

References: Kim, Choi, Chung, Lee, Jung, "KUIELab-MDX-Net: A Two-Stream Neural Network for Music Demixing", 2021,
https://arxiv.org/abs/2111.12203, section 2; Choi et al., "Investigating U-Nets with various intermediate blocks for
spectrogram-based singing voice separation", ISMIR 2020, https://arxiv.org/abs/1912.02591 (TFC, TDF).
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from models.errors import SettingsError

SPECTRUM_CHANNELS = 4
"""Real and imaginary part of the left channel, then of the right one."""

_SCALE = 2
_LEAST = {"frames": 1, "band_bins": 1, "blocks": 1, "layers": 1, "growth": 1, "kernel_size": 1, "bottleneck": 1}


@dataclass(frozen=True)
class TDFConfig:
    """Sizes of a network; the defaults are those published for leaderboard A of MDX21."""

    frames: int = 512
    """Frames of the spectrogram; a multiple of 2 ** levels."""
    band_bins: int = 2048
    """Lowest frequencies, which the network sees; a multiple of 2 ** levels."""
    blocks: int = 11
    """Number of blocks, odd: an encoder, one in the middle, a decoder (num_blocks, L)."""
    layers: int = 3
    """Convolutions in a block (l)."""
    growth: int = 32
    """Feature channels of the first level, and how many each level has more (g)."""
    kernel_size: int = 3
    """Size of the convolutions in both directions, odd (k)."""
    bottleneck: int = 8
    """By how much the first linear layer narrows the band (bn)."""
    linear_bias: bool = False
    """Give the linear layers a bias (bias)."""

    def __post_init__(self) -> None:
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                self._refuse(name, f"be at least {least}")
        for name in ("blocks", "kernel_size"):
            if getattr(self, name) % 2 == 0:
                self._refuse(name, "be odd")
        grain = _SCALE**self.levels
        if self.frames % grain:
            self._refuse("frames", f"be a multiple of {grain}, as there are {self.blocks} blocks")
        if self.band_bins % grain or self.band_bins // grain < self.bottleneck:
            constraint = f"be a multiple of {grain} and at least {grain * self.bottleneck} (blocks and bottleneck)"
            self._refuse("band_bins", constraint)

    @property
    def levels(self) -> int:
        """Number of times that the encoder halves both axes."""
        return self.blocks // 2

    def _refuse(self, field: str, constraint: str) -> None:
        raise SettingsError(f"The field '{field}' of a TFC-TDF U-Net must {constraint}. Got {getattr(self, field)}.")


TINY = TDFConfig(frames=32, band_bins=64, blocks=3, layers=1, growth=8)
"""Of a transform of 2,048 samples or more, with chunks of 31,744 samples."""


class _Convolutions(nn.Module):
    def __init__(self, channels: int, config: TDFConfig) -> None:
        super().__init__()
        reach = config.kernel_size // 2
        self.H = nn.ModuleList(
            _normed(nn.Conv2d(channels, channels, config.kernel_size, padding=reach), channels)
            for _ in range(config.layers)
        )

    def forward(self, features: Tensor) -> Tensor:
        for layer in self.H:
            features = layer(features)
        return features


class _Block(nn.Module):
    def __init__(self, channels: int, bins: int, config: TDFConfig) -> None:
        super().__init__()
        narrow, bias = bins // config.bottleneck, config.linear_bias
        self.tfc = _Convolutions(channels, config)
        self.tdf = nn.Sequential(
            *_normed(nn.Linear(bins, narrow, bias=bias), channels),
            *_normed(nn.Linear(narrow, bins, bias=bias), channels),
        )

    def forward(self, features: Tensor) -> Tensor:
        features = self.tfc(features)
        return features + self.tdf(features)


class TDFUNet(nn.Module):
    """The network.

    Biases of the convolutions begin at zero, so that random weights too give silence for silence.

    Args:
        config: Its sizes.
    """

    def __init__(self, config: TDFConfig) -> None:
        super().__init__()
        self.config = config
        self.frames = config.frames
        self.band_bins = config.band_bins
        widths = [config.growth * (level + 1) for level in range(config.levels + 1)]
        bins = [config.band_bins // _SCALE**level for level in range(config.levels + 1)]
        down = range(config.levels)
        up = tuple(reversed(down))
        self.first_conv = _normed(nn.Conv2d(SPECTRUM_CHANNELS, widths[0], 1), widths[0])
        self.encoding_blocks = nn.ModuleList(_Block(widths[level], bins[level], config) for level in down)
        self.ds = nn.ModuleList(
            _normed(nn.Conv2d(widths[level], widths[level + 1], _SCALE, _SCALE), widths[level + 1]) for level in down
        )
        self.bottleneck_block = _Block(widths[-1], bins[-1], config)
        self.us = nn.ModuleList(
            _normed(nn.ConvTranspose2d(widths[level + 1], widths[level], _SCALE, _SCALE), widths[level]) for level in up
        )
        self.decoding_blocks = nn.ModuleList(_Block(widths[level], bins[level], config) for level in up)
        self.final_conv = nn.Sequential(nn.Conv2d(widths[0], SPECTRUM_CHANNELS, 1))
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.ConvTranspose2d) and module.bias is not None:
                nn.init.zeros_(module.bias)

    def forward(self, spectrum: Tensor) -> Tensor:
        """Estimate the stem's spectrogram.

        Args:
            spectrum: The mixture's, shape (batch, 4, band_bins, frames): real and imaginary part of each channel.

        Returns:
            The same shape.
        """
        # Inside, frequencies are the last axis: the linear layers work on it.
        features = self.first_conv(spectrum.transpose(-1, -2))
        skipped: list[Tensor] = []
        for block, halve in zip(self.encoding_blocks, self.ds, strict=True):
            skipped.append(block(features))
            features = halve(skipped[-1])
        features = self.bottleneck_block(features)
        for double, block in zip(self.us, self.decoding_blocks, strict=True):
            features = block(double(features) * skipped.pop())
        estimate: Tensor = self.final_conv(features)
        return estimate.transpose(-1, -2)


def _normed(layer: nn.Module, channels: int) -> nn.Sequential:
    return nn.Sequential(layer, nn.BatchNorm2d(channels), nn.ReLU())
