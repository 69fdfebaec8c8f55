"""The music translation separator on spectra: 50 convolutions over the frames of the mixture's complex spectrogram.

Real and imaginary parts of all frequencies are the channels that go in and come out; nothing is dilated, so a frame is
estimated from 61 on each side (1 s). The skip of a unit reads what the unit reads, not what it makes. Training wants
the mean square of the error of `spectra`. Its author found it worse than the network on samples.

It hears one channel: of a mixture with more, each on its own. Weights that the published code has and never uses, the
last unit's convolutions, are left out.

normalisation: none; samples go in as they are, full scale being 1. Trained on 3,000 frames and the context around.

Reference: the code of https://github.com/ShichengChen/Audio-Source-Separation (modelStructure/waveunet.py)
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.parts.batches import check_batch
from models.parts.config_checks import check_odd, check_sizes, check_stems
from models.parts.cropping import middle
from models.parts.dilated_stacks import RectifiedUnit, reach_of
from transforms.stft import STFT, STFTConfig

_NAME = "The spectrum WaveNet"
_SIZES = ("sample_rate", "channels", "width", "units")


@dataclass(frozen=True)
class SpectrumWaveNetConfig:
    """Sizes and stems; the defaults are the published form."""

    stems: tuple[str, ...] = ("accompaniment",)
    """Stems in the order of the output."""
    sample_rate: int = 16000
    """In hertz."""
    channels: int = 1
    """Channels of a mixture, which the network hears one by one."""
    window_samples: int = 1024
    """Length of a frame of the STFT."""
    hop_samples: int = 256
    """Step of the STFT."""
    width: int = 256
    """Feature channels."""
    units: int = 50
    """Convolutions that add to the features."""
    first_kernel: int = 25
    """Taps of the first convolution in frames, odd."""

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        check_stems(_NAME, self.stems)
        check_sizes(_NAME, self, _SIZES)
        check_odd(_NAME, self, "first_kernel")

    @property
    def parts(self) -> int:
        """Numbers of a frame: real and imaginary part of each frequency."""
        return self.window_samples + 2

    @property
    def reach_frames(self) -> int:
        """How many frames on each side a frame is estimated from."""
        return reach_of((1,) * (self.units - 1), self.first_kernel)


PUBLISHED = SpectrumWaveNetConfig()
TINY = SpectrumWaveNetConfig(("accompaniment", "vocals"), window_samples=64, hop_samples=16, width=16, units=3)


class SpectrumWaveNet(nn.Module):
    """The network; see the module for how it was trained.

    Args:
        config: What it is made of.
    """

    def __init__(self, config: SpectrumWaveNetConfig = PUBLISHED) -> None:
        super().__init__()
        self.config = config
        self.stems = config.stems
        self.sample_rate = config.sample_rate
        self.channels = config.channels
        width, parts, between = config.width, config.parts, config.units - 1
        self.stft = STFT(STFTConfig(config.window_samples, config.hop_samples))
        self.first = nn.Conv1d(parts, width, config.first_kernel)
        self.units = nn.ModuleList(RectifiedUnit(width, 1, slope=0.0) for _ in range(between))
        self.residuals = nn.ModuleList(nn.Conv1d(width, width, 1) for _ in range(between))
        self.skips = nn.ModuleList(nn.Conv1d(width, parts, 1) for _ in range(config.units))
        self.after = nn.Conv1d(parts, parts, 1)
        self.heads = nn.ModuleList(nn.Conv1d(parts, parts, 1) for _ in config.stems)

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples `forward` needs for a chunk, which stands in their middle."""
        return chunk_samples + 2 * self.config.reach_frames * self.config.hop_samples

    def analyse(self, sound: Tensor) -> Tensor:
        """Return the parts of the spectrogram of (..., samples): real, shape (..., parts, frames)."""
        spectrum = self.stft(sound)
        return torch.cat([spectrum.real, spectrum.imag], dim=-2)

    def spectra(self, mixture: Tensor) -> Tensor:
        """Estimate the spectrograms of the stems, for training.

        Args:
            mixture: Shape (batch, channels, samples), float32; any length from 1, with silence around it.

        Returns:
            Shape (batch, stems, channels, parts, frames), as `analyse` gives it.

        Raises:
            MixtureError: Another shape.
        """
        check_batch(mixture, self.channels)
        parts = self.analyse(mixture).flatten(0, 1)
        reach = self.config.reach_frames
        features = self.first(functional.pad(parts, (reach, reach)))
        total = self._skip(0, features, parts.shape[-1])
        for position, (unit, residual) in enumerate(zip(self.units, self.residuals, strict=True), start=1):
            hidden = residual(unit(features))
            features = hidden + middle(features, hidden.shape[-1])
            total = total + self._skip(position, features, parts.shape[-1])
        after = functional.relu(self.after(functional.relu(total)))
        # The inverse transform takes no bfloat16, which mixed precision makes here.
        estimates = torch.stack([head(after) for head in self.heads], dim=1).float()
        return estimates.unflatten(0, mixture.shape[:2]).transpose(1, 2)

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate (batch, channels, samples) into (batch, stems, channels, samples)."""
        real, imaginary = self.spectra(mixture).chunk(2, dim=-2)
        return self.stft.inverse(torch.complex(real, imaginary), mixture.shape[-1])

    def _skip(self, position: int, features: Tensor, frames: int) -> Tensor:
        return self.skips[position](functional.relu(middle(features, frames)))
