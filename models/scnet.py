"""SCNet: the spectrum, compressed more the higher the frequency, goes through dual-path LSTMs; all stems at once.

The network writes the complex spectra of the stems directly, no masks. It runs without a window function on its frames
(the published code gives `torch.stft` none), with Fourier coefficients divided by the root of their number.

How the published weights were run (Music-Source-Separation-Training, whose figures are quoted in the manifest): chunks
of 485,100 samples (11 s), each sample covered by four of them, faded in and out over a tenth of a chunk where the
engine here takes triangular weights; songs with the deviation of their mono mix divided out, or not, as the row says.
SCNet's own repository has, since September 2024, also normalised the spectrum inside the network; the figures were
measured without that.

Two things differ from the published function, on inputs that it has no answer for: mixtures too short for the padding
of a frame are filled up with zeros, and digital silence gives silence, not what the biases make of it.

References: Tong et al., "SCNet: Sparse Compression Network for Music Source Separation", 2024,
https://arxiv.org/abs/2401.13276; https://github.com/starrytong/SCNet;
https://github.com/ZFTurbo/Music-Source-Separation-Training
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as functional
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as settings_dataclass
from torch import Tensor, nn

from audio.stems import SAMPLE_RATE
from models.errors import SettingsError
from models.files.published_states import network_tensors, numbered_parts
from models.files.state_files import fitted_network, read_state, refuse_other_files
from models.manifest import ModelEntry
from models.network import Bag, Normalisation
from models.parts.batches import check_batch
from models.registry import BuildOptions
from models.scnet_blocks import BandPlan, ConvolutionModule, EncoderStage, Fusion, Separation, SparseDown, SparseUp
from models.single_network import Recipe, build_single
from models.validation import read_settings
from transforms.stft import STFT, STFTConfig

_BANDS = 3


@dataclass(frozen=True)
class SCNetConfig:
    """What the network is made of; the defaults are the published small model. In brackets: names in its YAML file."""

    stems: tuple[str, ...] = ("drums", "bass", "other", "vocals")
    """In the order of the output (`sources`)."""
    widths: tuple[int, ...] = (32, 64, 128)
    """Channels after each stage of the encoder (`dims` without its first number, which is twice the audio's)."""
    band_shares: tuple[float, ...] = (0.175, 0.392, 0.433)
    """Share of the bins in the low, middle and high band, at each stage anew (`band_SR`)."""
    band_strides: tuple[int, ...] = (1, 4, 16)
    """Factor by which each band's bins are reduced at each stage (`band_stride`)."""
    band_kernels: tuple[int, ...] = (3, 4, 16)
    """Taps of the convolutions that reduce them; multiples of the strides (`band_kernel`)."""
    conv_depths: tuple[int, ...] = (3, 2, 1)
    """Residual branches in each band's convolution module."""
    compression: int = 4
    """Channels of a convolution module over those inside its branches (`compress`)."""
    conv_kernel: int = 3
    """Taps of the convolution modules; odd."""
    dual_path_layers: int = 6
    """Pairs of LSTMs; even, because every second one works on a Fourier transform (`num_dplayer`)."""
    expansion: int = 1
    """Size of the LSTMs over their channels (`expand`)."""
    window_samples: int = 4096
    """Length of a frame (`nfft`, `win_size`)."""
    hop_samples: int = 1024
    """Step between frames (`hop_size`)."""
    audio_channels: int = 2
    """Channels of the mixture and of each stem."""
    sample_rate: int = SAMPLE_RATE
    """In hertz."""

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        for name in ("stems", "widths", "band_shares", "band_strides", "band_kernels", "conv_depths"):
            # From a manifest they come as lists.
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if not self.stems or len(set(self.stems)) != len(self.stems):
            self._refuse("stems", "be distinct names, at least one", self.stems)
        if self.dual_path_layers < 0 or self.dual_path_layers % 2:
            self._refuse("dual_path_layers", "be even", self.dual_path_layers)
        if self.conv_kernel < 1 or self.conv_kernel % 2 == 0:
            self._refuse("conv_kernel", "be odd", self.conv_kernel)
        if not self.widths or min(self.widths) < self.compression:
            self._refuse("widths", f"be at least the compression, {self.compression}", self.widths)
        self._check_bands()

    @property
    def plan(self) -> BandPlan:
        """How each stage cuts and compresses the bins."""
        return BandPlan(self.band_shares, self.band_strides, self.band_kernels)

    def _check_bands(self) -> None:
        for name in ("band_shares", "band_strides", "band_kernels", "conv_depths"):
            if len(getattr(self, name)) != _BANDS:
                self._refuse(name, f"have {_BANDS} numbers", getattr(self, name))
        if any(kernel % stride for kernel, stride in zip(self.band_kernels, self.band_strides, strict=True)):
            self._refuse("band_kernels", f"be multiples of the strides {self.band_strides}", self.band_kernels)
        bins = self.window_samples // 2 + 1
        for _ in self.widths:
            compressed = self.plan.compressed_sizes(bins)
            if min(*self.plan.sizes(bins), *compressed) < 1:
                self._refuse("band_shares", f"leave enough of {bins} bins for every band's kernel", self.band_shares)
            bins = sum(compressed)

    def _refuse(self, field: str, constraint: str, received: object) -> None:
        raise SettingsError(f"The field '{field}' of SCNet must {constraint}. Got {received!r}.")


TINY = SCNetConfig(
    widths=(8, 12), compression=2, conv_depths=(2, 1, 1), dual_path_layers=2, window_samples=256, hop_samples=64
)


class SCNet(nn.Module):
    """The network; see the module for how it was used.

    Args:
        config: What it is made of.
    """

    def __init__(self, config: SCNetConfig | None = None) -> None:
        super().__init__()
        self.config = config or SCNetConfig()
        self.stems = self.config.stems
        self.sample_rate = self.config.sample_rate
        self.channels = self.config.audio_channels
        spectral_channels = 2 * self.config.audio_channels
        inner = self.config.widths
        outputs = (spectral_channels * len(self.stems), *inner[:-1])
        stages = list(zip((spectral_channels, *inner[:-1]), inner, outputs, strict=True))
        self.encoder = nn.ModuleList(_encoder_stage(self.config, before, width) for before, width, _ in stages)
        self.decoder = nn.ModuleList(
            nn.Sequential(Fusion(width), SparseUp(width, output, self.config.plan)) for _, width, output in stages[::-1]
        )
        self.separation_net = Separation(inner[-1], self.config.expansion, self.config.dual_path_layers)
        window, hop = self.config.window_samples, self.config.hop_samples
        self._stft = STFT(STFTConfig(window, hop, window="rectangular", amplitude_scale=window**-0.5))

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples `forward` needs for a chunk: no more, it was trained without context."""
        return chunk_samples

    def padded_samples(self, samples: int) -> int:
        """Return the length that a mixture is filled up to: more than before, an even number of frames."""
        hop = self.config.hop_samples
        hops = max(samples, self.config.window_samples // 2) // hop + 1
        return (hops + 1 - hops % 2) * hop

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate a mixture.

        Args:
            mixture: Shape (batch, channels, samples), float32, normalised as the row says; any length from 1.

        Returns:
            Shape (batch, stems, channels, samples).

        Raises:
            MixtureError: Another shape.
        """
        channels, samples = self.config.audio_channels, mixture.shape[-1]
        check_batch(mixture, channels)
        length = self.padded_samples(samples)
        spectrum = torch.view_as_real(self._stft(functional.pad(mixture, (0, length - samples))))
        # Channels of the features: real and imaginary part of the left, then of the right.
        features = self._estimate(spectrum.permute(0, 1, 4, 2, 3).flatten(1, 2)).float()
        parts = features.unflatten(1, (len(self.stems), channels, 2)).movedim(3, -1).contiguous()
        stems = self._stft.inverse(torch.view_as_complex(parts), length)[..., :samples]
        audible = (mixture != 0).any(dim=(1, 2))
        return torch.where(audible[:, None, None, None], stems, torch.zeros_like(stems))

    def _estimate(self, features: Tensor) -> Tensor:
        """Turn the mixture's spectrum (batch, parts, bins, frames) into those of all stems, one after the other."""
        skips, sizes = [], []
        for stage in self.encoder:
            sizes.append(features.shape[2])
            features, skip = stage(features)
            skips.append(skip)
        features = self.separation_net(features)
        for stage, skip, bins in zip(self.decoder, skips[::-1], sizes[::-1], strict=True):
            fusion, grow = stage.children()
            features = grow(fusion(features, skip), bins)
        return features


def _encoder_stage(config: SCNetConfig, channels_in: int, width: int) -> EncoderStage:
    hidden = width // config.compression
    modules = [ConvolutionModule(width, hidden, depth, config.conv_kernel) for depth in config.conv_depths]
    return EncoderStage(SparseDown(channels_in, width, config.plan), modules, width)


def sizes_of(state: Mapping[str, Tensor]) -> dict[str, Any]:
    """Read off a state dict what its tensors tell about the config: all but the stems' names, shares and strides.

    Raises:
        KeyError: The tensors are those of another network.
    """
    stages = numbered_parts(state, "encoder.")
    widths = tuple(state[f"encoder.{stage}.globalconv.weight"].shape[0] for stage in range(stages))
    depths = tuple(numbered_parts(state, f"encoder.0.conv_modules.{band}.layers.") for band in range(_BANDS))
    inside = state["encoder.0.conv_modules.0.layers.0.3.weight"]
    return {
        "widths": widths,
        "band_kernels": tuple(state[f"encoder.0.SDlayer.convs.{band}.weight"].shape[2] for band in range(_BANDS)),
        "conv_depths": depths,
        "compression": widths[0] // inside.shape[0],
        "conv_kernel": inside.shape[2],
        "dual_path_layers": numbered_parts(state, "separation_net.dp_modules."),
        "expansion": state["separation_net.dp_modules.0.lstm_layers.0.weight_hh_l0"].shape[1] // widths[-1],
    }


def load_network(path: Path, model: str, config: SCNetConfig | None = None) -> SCNet:
    """Load published weights; sizes are read off the tensors where these tell them.

    Args:
        path: A verified file: a state dict, or a checkpoint of a training run that holds one.
        model: Name of the model, for messages.
        config: What the tensors do not tell: stems, shares of the bands, strides, transform.

    Raises:
        WeightError: The file holds anything else than the tensors of one such network.
    """
    with refuse_other_files(path, model, "the state dict of an SCNet"):
        state = network_tensors(read_state(path))
        fitting = replace(config or SCNetConfig(), **sizes_of(state))
        return fitted_network(lambda: SCNet(fitting), state)


@settings_dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class SCNetRow:
    """The manifest's `architecture` block."""

    normalisation: Normalisation
    """What is done to songs before."""
    segment_samples: int = Field(ge=1)
    """Length of a chunk."""
    overlap: float = Field(ge=0, lt=1)
    """Share of a chunk that the next one covers again."""
    network: dict[str, Any] = Field(default_factory=dict)
    """Fields of `SCNetConfig`."""


def build(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the network of this row (`models.single_network` says what is raised)."""
    row = read_settings(SCNetRow, entry.architecture, entry.name)
    config = SCNetConfig(**row.network)
    recipe = Recipe(
        make=lambda arguments: SCNet(replace(config, **arguments)),
        load=lambda path, model: load_network(path, model, config),
        segment_samples=row.segment_samples,
        overlap=row.overlap,
        normalisation=row.normalisation,
    )
    return build_single(entry.model_copy(update={"architecture": {}}), options, recipe)
