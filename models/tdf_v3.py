"""TFC-TDF U-Net, version 3 ("MDX23C"): a spectrogram U-Net that writes the complex spectra of all stems at once.

Against the network of KUIELab-MDX-Net (`models.tdf_unet`): one network for all stems; normalisation and activation come
before a convolution; blocks have shortcuts; the decoder concatenates the encoder's output instead of multiplying by it;
and the spectrum is cut into subbands that become channels. Normalised over the frames and frequencies of each chunk, as
the published weights are, a chunk of another length is another filter.

How the published weights were run (Music-Source-Separation-Training, whose figures are quoted in the manifest): chunks
of 261,120 samples (256 frames, 5.9 s), each sample covered by four of them, faded in and out over a tenth of a chunk
where the engine here takes triangular weights; songs not normalised before.

Mixtures that make no whole number of the U-Net's steps are filled up with zeros at their end. Names of the parameters
are those of the published state dicts.

References: Kim, Lee, Jung, "Sound Demixing Challenge 2023 - Music Demixing Track Technical Report: TFC-TDF-UNet v3",
2023, https://arxiv.org/abs/2306.09382; https://github.com/kuielab/sdx23;
https://github.com/ZFTurbo/Music-Source-Separation-Training (models/mdx23c_tfc_tdf_v3.py)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from audio.stems import SAMPLE_RATE
from models.errors import SettingsError
from models.parts.batches import check_batch
from transforms.stft import STFT, STFTConfig

Norm = Literal["instance", "batch", "none"]
Activation = Literal["gelu", "relu"]

_SIZES = (
    *("sample_rate", "channels", "band_bins", "subbands", "width", "growth", "scales", "blocks", "bottleneck"),
    *("time_factor", "frequency_factor"),
)


@dataclass(frozen=True)
class TDFV3Config:
    """What the network is made of; the defaults are the published one. In brackets: names in its YAML file."""

    stems: tuple[str, ...] = ("vocals", "bass", "drums", "other")
    """In the order of the output (`instruments`)."""
    sample_rate: int = SAMPLE_RATE
    """In hertz."""
    channels: int = 2
    """Channels of the mixture and of each stem (`num_channels` of `audio`)."""
    window_samples: int = 8192
    """Length of a frame (`n_fft`)."""
    hop_samples: int = 1024
    """Step between frames (`hop_length`)."""
    band_bins: int = 4096
    """Lowest frequencies, which the network sees (`dim_f`); above them all stems are silent."""
    subbands: int = 4
    """Bands that the frequencies are cut into, each a channel (`num_subbands`)."""
    width: int = 128
    """Feature channels of the first level (`num_channels` of `model`)."""
    growth: int = 128
    """How many more each level has (`growth`)."""
    scales: int = 5
    """Levels of the U-Net below the first (`num_scales`)."""
    blocks: int = 2
    """Blocks in each level (`num_blocks_per_scale`)."""
    bottleneck: int = 4
    """By how much the first linear layer of a block narrows the frequencies (`bottleneck_factor`)."""
    time_factor: int = 2
    """By how much each level shortens the frames (first number of `scale`)."""
    frequency_factor: int = 2
    """By how much each level shortens the frequencies (second number of `scale`)."""
    norm: Norm = "instance"
    """Normalisation over each chunk's frames and frequencies, over those of the whole batch, or none (`norm`)."""
    activation: Activation = "gelu"
    """`act`."""

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        # From a manifest they come as a list.
        object.__setattr__(self, "stems", tuple(self.stems))
        if not self.stems or len(set(self.stems)) != len(self.stems):
            self._refuse("stems", "be distinct names, at least one")
        for name in _SIZES:
            if getattr(self, name) < 1:
                self._refuse(name, "be at least 1")
        if self.norm not in get_args(Norm):
            self._refuse("norm", f"be one of {', '.join(get_args(Norm))}")
        if self.activation not in get_args(Activation):
            self._refuse("activation", f"be one of {', '.join(get_args(Activation))}")
        grain = self.subbands * self.frequency_factor**self.scales
        if self.band_bins % grain or self.band_bins < grain * self.bottleneck:
            self._refuse("band_bins", f"be a multiple of {grain}, and {grain * self.bottleneck} at least")
        if self.band_bins > self.window_samples // 2 + 1:
            self._refuse("band_bins", f"be at most the {self.window_samples // 2 + 1} bins of the transform")

    @property
    def spectrum_channels(self) -> int:
        """Channels of a spectrogram: real and imaginary part of every audio channel in every subband."""
        return 2 * self.channels * self.subbands

    @property
    def frame_grain(self) -> int:
        """The number of frames must be a multiple of this."""
        return self.time_factor**self.scales

    def _refuse(self, field: str, constraint: str) -> None:
        raise SettingsError(f"The field '{field}' of TFC-TDF v3 must {constraint}. Got {getattr(self, field)!r}.")


PUBLISHED = TDFV3Config()
TINY = TDFV3Config(window_samples=256, hop_samples=64, band_bins=128, subbands=2, width=8, growth=4, scales=2, blocks=1)

_NORMS: dict[Norm, Callable[[int], nn.Module]] = {
    "instance": lambda channels: nn.InstanceNorm2d(channels, affine=True),
    "batch": nn.BatchNorm2d,
    "none": lambda channels: nn.Identity(),
}
_ACTIVATIONS: dict[Activation, Callable[[], nn.Module]] = {"gelu": nn.GELU, "relu": nn.ReLU}


def _before(config: TDFV3Config, channels: int, layer: nn.Module) -> nn.Sequential:
    return nn.Sequential(_NORMS[config.norm](channels), _ACTIVATIONS[config.activation](), layer)


class _Block(nn.Module):
    def __init__(self, config: TDFV3Config, channels_in: int, channels: int, bins: int) -> None:
        super().__init__()
        narrow = bins // config.bottleneck
        self.tfc1 = _before(config, channels_in, nn.Conv2d(channels_in, channels, 3, padding=1, bias=False))
        self.tdf = nn.Sequential(
            *_before(config, channels, nn.Linear(bins, narrow, bias=False)),
            *_before(config, channels, nn.Linear(narrow, bins, bias=False)),
        )
        self.tfc2 = _before(config, channels, nn.Conv2d(channels, channels, 3, padding=1, bias=False))
        self.shortcut = nn.Conv2d(channels_in, channels, 1, bias=False)

    def forward(self, features: Tensor) -> Tensor:
        convolved = self.tfc1(features)
        return self.tfc2(convolved + self.tdf(convolved)) + self.shortcut(features)


class _Blocks(nn.Module):
    def __init__(self, config: TDFV3Config, channels_in: int, channels: int, bins: int) -> None:
        super().__init__()
        inputs = [channels_in, *[channels] * (config.blocks - 1)]
        self.blocks = nn.ModuleList(_Block(config, before, channels, bins) for before in inputs)

    def forward(self, features: Tensor) -> Tensor:
        for block in self.blocks:
            features = block(features)
        return features


class _Rescale(nn.Module):
    def __init__(self, config: TDFV3Config, channels: int, layer: nn.Module) -> None:
        super().__init__()
        self.conv = _before(config, channels, layer)

    def forward(self, features: Tensor) -> Tensor:
        return self.conv(features)


class _DownLevel(nn.Module):
    def __init__(self, config: TDFV3Config, channels: int, bins: int) -> None:
        super().__init__()
        factors = (config.time_factor, config.frequency_factor)
        down = nn.Conv2d(channels, channels + config.growth, factors, factors, bias=False)
        self.tfc_tdf = _Blocks(config, channels, channels, bins)
        self.downscale = _Rescale(config, channels, down)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return the level's features, and what the level below reads."""
        own = self.tfc_tdf(features)
        return own, self.downscale(own)


class _UpLevel(nn.Module):
    def __init__(self, config: TDFV3Config, channels: int, bins: int) -> None:
        super().__init__()
        factors, below = (config.time_factor, config.frequency_factor), channels + config.growth
        self.upscale = _Rescale(config, below, nn.ConvTranspose2d(below, channels, factors, factors, bias=False))
        self.tfc_tdf = _Blocks(config, 2 * channels, channels, bins)

    def forward(self, below: Tensor, skipped: Tensor) -> Tensor:
        return self.tfc_tdf(torch.cat([self.upscale(below), skipped], dim=1))


class TDFV3(nn.Module):
    """The network; see the module for how it was used.

    Args:
        config: What it is made of.
    """

    def __init__(self, config: TDFV3Config = PUBLISHED) -> None:
        super().__init__()
        self.config = config
        self.stems = config.stems
        self.sample_rate = config.sample_rate
        self.channels = config.channels
        levels = range(config.scales)
        widths = [config.width + config.growth * level for level in range(config.scales + 1)]
        subband_bins = config.band_bins // config.subbands
        bins = [subband_bins // config.frequency_factor**level for level in range(config.scales + 1)]
        self.first_conv = nn.Conv2d(config.spectrum_channels, widths[0], 1, bias=False)
        self.encoder_blocks = nn.ModuleList(_DownLevel(config, widths[level], bins[level]) for level in levels)
        self.bottleneck_block = _Blocks(config, widths[-1], widths[-1], bins[-1])
        self.decoder_blocks = nn.ModuleList(_UpLevel(config, widths[level], bins[level]) for level in reversed(levels))
        outputs = len(config.stems) * config.spectrum_channels
        self.final_conv = nn.Sequential(
            nn.Conv2d(widths[0] + config.spectrum_channels, widths[0], 1, bias=False),
            _ACTIVATIONS[config.activation](),
            nn.Conv2d(widths[0], outputs, 1, bias=False),
        )
        self._stft = STFT(STFTConfig(config.window_samples, config.hop_samples))

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples make whole steps of the U-Net, and as many as a chunk at least."""
        grain, hop = self.config.frame_grain, self.config.hop_samples
        frames = max(-(-chunk_samples // hop) + 1, self.config.window_samples // 2 // hop + 2)
        return (-(-frames // grain) * grain - 1) * hop

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate a mixture.

        Args:
            mixture: Shape (batch, channels, samples), float32; any length from 1.

        Returns:
            Shape (batch, stems, channels, samples).

        Raises:
            MixtureError: Another shape.
        """
        check_batch(mixture, self.channels)
        samples = mixture.shape[-1]
        length = self.input_samples(samples)
        spectrum = self._stft(functional.pad(mixture, (0, length - samples)))[..., : self.config.band_bins, :]
        # Channels: real and imaginary part of the left in each subband, then of the right.
        parts = torch.stack([spectrum.real, spectrum.imag], dim=2).flatten(1, 2)
        bands = parts.unflatten(2, (self.config.subbands, -1)).flatten(1, 2)
        estimates = self._estimate(bands).float()
        estimates = estimates.unflatten(1, (len(self.stems), self.channels, 2, self.config.subbands)).flatten(4, 5)
        stems = torch.complex(estimates[:, :, :, 0], estimates[:, :, :, 1])
        missing = self._stft.config.bins - self.config.band_bins
        return self._stft.inverse(functional.pad(stems, (0, 0, 0, missing)), length)[..., :samples]

    def _estimate(self, bands: Tensor) -> Tensor:
        """Map the mixture's (batch, spectrum_channels, bins, frames) to those of all stems, one after the other."""
        first = self.first_conv(bands)
        # Inside, frequencies are the last axis: the linear layers work on it.
        features = first.transpose(-1, -2)
        skipped: list[Tensor] = []
        for level in self.encoder_blocks:
            own, features = level(features)
            skipped.append(own)
        features = self.bottleneck_block(features)
        for level in self.decoder_blocks:
            features = level(features, skipped.pop())
        return self.final_conv(torch.cat([bands, features.transpose(-1, -2) * first], dim=1))
