"""Conv-TasNet for stereo, as the Demucs repository trained it: a mask over a learned filter bank.

A strided convolution turns the mixture into non-negative frames; a stack of dilated depthwise convolutions makes one
mask for each stem; a linear layer turns masked frames into overlapping pieces of signal. Against the paper: two
channels, a ReLU on frames and masks, no skip connections, no biases. (torchaudio's class differs in all of these.)

How the original was used (its command line and its evaluation):

- normalisation: song minus the mean of its mono mix, divided by the standard deviation (n - 1) of that; undone on every
  stem. Over the whole song. Silence in gives exact silence out.
- version 2 of the repository: segments of 352,800 samples (8 s), a quarter overlapped, under triangular weights rising
  from the segment's ends to its middle, divided by their sum; no context around a segment. The published scores used
  segments of 320,000 samples, averaged over 10 random delays of 0 to 0.5 s, which change little.
- The normalisation layers average over all frames that they are given, so a segment of another length is another
  filter; a whole song at once is nothing that the network has seen (it was trained on 1.8 s).

References: Luo, Mesgarani, "Conv-TasNet: Surpassing Ideal Time-Frequency Magnitude Masking for Speech Separation",
2019, https://arxiv.org/abs/1809.07454 (letters N, L, B, H, P, X, R below); Defossez et al., "Music Source Separation in
the Waveform Domain", https://arxiv.org/abs/1911.13254, section 4.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from audio.stems import SAMPLE_RATE
from models.errors import SettingsError
from models.files.state_files import fitted_network, read_state, refuse_other_files
from models.manifest import ModelEntry
from models.network import Bag
from models.parts.config_checks import check_sizes, check_stems
from models.registry import BuildOptions
from models.single_network import Recipe, build_single

SEGMENT_SAMPLES = 352_800
"""Segment of the command line: 8 s."""
OVERLAP = 0.25
"""Share of a segment that overlaps with the next."""

_EPSILON = 1e-8
_SIZES = ("audio_channels", "filters", "bottleneck_channels", "block_channels", "blocks", "repeats", "sample_rate")

NormKind: TypeAlias = Literal["gLN", "cLN"]


@dataclass(frozen=True)
class ConvTasNetConfig:
    """What the network is made of; the defaults are the published weights."""

    sources: tuple[str, ...] = ("drums", "bass", "other", "vocals")
    """Stems in the order of the output."""
    audio_channels: int = 2
    """Channels of the mixture and of each stem."""
    filters: int = 256
    """Size of the filter bank (N)."""
    filter_samples: int = 20
    """Length of its filters, even; frames are half of it apart (L)."""
    bottleneck_channels: int = 256
    """Channels between the blocks (B)."""
    block_channels: int = 512
    """Channels inside a block (H)."""
    kernel_size: int = 3
    """Taps of the depthwise convolutions, odd (P)."""
    blocks: int = 10
    """Blocks in each repeat; the dilation doubles from one to the next (X; the original's default was 8)."""
    repeats: int = 4
    """How often the stack of blocks is repeated (R)."""
    block_norm: NormKind = "gLN"
    """Normalisation inside the blocks: over channels and frames, or over the channels of each frame."""
    sample_rate: int = SAMPLE_RATE
    """In hertz."""

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        check_stems("Conv-TasNet", self.sources, called="sources")
        check_sizes("Conv-TasNet", self, _SIZES)
        if self.filter_samples < 2 or self.filter_samples % 2:
            raise SettingsError(f"Conv-TasNet's 'filter_samples' must be even, 2 or more. Got {self.filter_samples}.")
        if self.kernel_size < 1 or self.kernel_size % 2 == 0:
            raise SettingsError(f"Conv-TasNet's 'kernel_size' must be odd, 1 or more. Got {self.kernel_size}.")
        if self.block_norm not in get_args(NormKind):
            raise SettingsError(f"Conv-TasNet's 'block_norm' must be 'gLN' or 'cLN'. Got '{self.block_norm}'.")


CONV_TASNET = ConvTasNetConfig()
TINY = ConvTasNetConfig(filters=16, bottleneck_channels=16, block_channels=24, blocks=3, repeats=2)


class _Norm(nn.Module):
    """Zero mean and unit variance of (batch, channels, frames) over some axes, then a gain and an offset by channel."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(1, channels, 1))
        self.beta = nn.Parameter(torch.zeros(1, channels, 1))


class _GlobalNorm(_Norm):
    def forward(self, features: Tensor) -> Tensor:
        return functional.group_norm(features, 1, self.gamma.flatten(), self.beta.flatten(), _EPSILON)


class _FrameNorm(_Norm):
    def forward(self, features: Tensor) -> Tensor:
        variance, mean = torch.var_mean(features, dim=1, keepdim=True, correction=0)
        return self.gamma * (features - mean) * torch.rsqrt(variance + _EPSILON) + self.beta


_NORMS: dict[NormKind, type[_Norm]] = {"gLN": _GlobalNorm, "cLN": _FrameNorm}


class _Depthwise(nn.Module):
    def __init__(self, config: ConvTasNetConfig, dilation: int) -> None:
        super().__init__()
        channels, taps = config.block_channels, config.kernel_size
        reach = dilation * (taps - 1) // 2
        depthwise = nn.Conv1d(channels, channels, taps, padding=reach, dilation=dilation, groups=channels, bias=False)
        pointwise = nn.Conv1d(channels, config.bottleneck_channels, 1, bias=False)
        self.net = nn.Sequential(depthwise, nn.PReLU(), _NORMS[config.block_norm](channels), pointwise)

    def forward(self, features: Tensor) -> Tensor:
        return self.net(features)


class _Block(nn.Module):
    def __init__(self, config: ConvTasNetConfig, dilation: int) -> None:
        super().__init__()
        widening = nn.Conv1d(config.bottleneck_channels, config.block_channels, 1, bias=False)
        norm = _NORMS[config.block_norm](config.block_channels)
        self.net = nn.Sequential(widening, nn.PReLU(), norm, _Depthwise(config, dilation))

    def forward(self, features: Tensor) -> Tensor:
        return features + self.net(features)


class _FilterBank(nn.Module):
    def __init__(self, config: ConvTasNetConfig) -> None:
        super().__init__()
        hop = config.filter_samples // 2
        self.conv1d_U = nn.Conv1d(config.audio_channels, config.filters, config.filter_samples, hop, bias=False)

    def forward(self, mixture: Tensor) -> Tensor:
        return functional.relu(self.conv1d_U(mixture))


class _Masks(nn.Module):
    def __init__(self, config: ConvTasNetConfig) -> None:
        super().__init__()
        repeats = [
            nn.Sequential(*(_Block(config, dilation=2**block) for block in range(config.blocks)))
            for _ in range(config.repeats)
        ]
        self.network = nn.Sequential(
            _FrameNorm(config.filters),
            nn.Conv1d(config.filters, config.bottleneck_channels, 1, bias=False),
            nn.Sequential(*repeats),
            nn.Conv1d(config.bottleneck_channels, len(config.sources) * config.filters, 1, bias=False),
        )

    def forward(self, frames: Tensor) -> Tensor:
        return functional.relu(self.network(frames))


class _Synthesis(nn.Module):
    def __init__(self, config: ConvTasNetConfig) -> None:
        super().__init__()
        self.channels = config.audio_channels
        self.basis_signals = nn.Linear(config.filters, config.audio_channels * config.filter_samples, bias=False)

    def forward(self, masked: Tensor) -> Tensor:
        """Turn frames (batch, stems, filters, frames) into signals, each frame's piece half over the one before."""
        batch, stems, _, frames = masked.shape
        pieces = self.basis_signals(masked.transpose(2, 3)).reshape(batch * stems, frames, self.channels, 2, -1)
        first_halves, second_halves = pieces.unbind(dim=3)
        one_frame_later = (0, 0, 0, 0, 1, 0)
        steps = functional.pad(first_halves, (0, 0, 0, 0, 0, 1)) + functional.pad(second_halves, one_frame_later)
        return steps.transpose(1, 2).reshape(batch, stems, self.channels, -1)


class ConvTasNet(nn.Module):
    """The network; see the module for how it was used.

    Args:
        config: What it is made of.
    """

    def __init__(self, config: ConvTasNetConfig = CONV_TASNET) -> None:
        super().__init__()
        self.config = config
        self.stems = config.sources
        self.sample_rate = config.sample_rate
        self.channels = config.audio_channels
        self.encoder = _FilterBank(config)
        self.separator = _Masks(config)
        self.decoder = _Synthesis(config)
        for parameter in self.parameters():
            # As in the original this also redraws the gains and offsets of the norms.
            if parameter.ndim > 1 and not parameter.is_meta:
                nn.init.xavier_normal_(parameter)

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples `forward` needs for a chunk: no more, it was trained without context."""
        return chunk_samples

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate a mixture.

        The filter bank makes whole frames only: of a length that is no multiple of half a filter, the last few samples
        (fewer than half a filter) are silent in every stem. A mixture shorter than one filter is filled up with zeros.

        Args:
            mixture: Shape (batch, channels, samples), float32, normalised as the module says; any length from 1.

        Returns:
            Shape (batch, stems, channels, samples).
        """
        batch, _, samples = mixture.shape
        missing = max(0, self.config.filter_samples - samples)
        frames = self.encoder(functional.pad(mixture, (0, missing)))
        masks = self.separator(frames).reshape(batch, len(self.stems), self.config.filters, -1)
        stems = self.decoder(frames[:, None] * masks)
        return functional.pad(stems, (0, samples - stems.shape[-1]))


def load_network(path: Path, model: str) -> ConvTasNet:
    """Load a published bare state dict; sizes are read off its tensors.

    Args:
        path: A verified `.th` file.
        model: Name of the model, for messages.

    Raises:
        WeightError: The file holds anything else than the tensors of one such network.
    """
    with refuse_other_files(path, model, "the bare state dict of a stereo Conv-TasNet for four stems"):
        return network_of_state(read_state(path))


def network_of_state(state: Mapping[str, Tensor]) -> ConvTasNet:
    """Build the network of a state dict, whose size is read off its tensors (see `models.files.state_files`)."""
    first_repeat = "separator.network.2.0."
    blocks = {key.removeprefix(first_repeat).split(".")[0] for key in state if key.startswith(first_repeat)}
    config = replace(CONV_TASNET, blocks=len(blocks))
    return fitted_network(lambda: ConvTasNet(config), state)


def build(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the network of this row (`models.single_network` says what is raised)."""
    recipe = Recipe(
        make=lambda arguments: ConvTasNet(replace(CONV_TASNET, **arguments)),
        load=load_network,
        segment_samples=SEGMENT_SAMPLES,
        overlap=OVERLAP,
        normalisation="mono",
    )
    return build_single(entry, options, recipe)
