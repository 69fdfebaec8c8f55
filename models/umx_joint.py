"""Open-Unmix for all stems at once, as one module to train; `models.umx` runs what comes out of it.

The publisher trains a network for each stem alone, on magnitudes; a module of all of them also takes losses over the
stems together. Magnitudes are those of `models.umx`, from one analysis for all stems. `forward` gives each stem the
mixture's phase; the engine may filter the magnitudes instead (`separation.filtered_network`).

Reference: Stöter, Uhlich, Liutkus, Mitsufuji, "Open-Unmix - A Reference Implementation for Music Source Separation",
JOSS 4(41), 2019, https://doi.org/10.21105/joss.01667
"""

from __future__ import annotations

from typing import cast

import torch
from openunmix.model import OpenUnmix
from torch import Tensor, nn

from models.parts.batches import check_batch
from models.umx import UmxArchitecture, UmxTarget, with_mixture_phase
from models.umx_config import UmxConfig
from transforms.stft import STFT, STFTConfig

UMXHQ = UmxConfig()
UMXL = UmxConfig(hidden_size=1024)
TINY = UmxConfig(window_samples=256, hop_samples=64, max_bin=100, hidden_size=16)


class JointUmx(nn.Module):
    """A network of the package for each stem.

    Args:
        config: What they are made of.
    """

    def __init__(self, config: UmxConfig = UMXHQ) -> None:
        super().__init__()
        self.config = config
        self.stems = config.stems
        self.sample_rate = config.sample_rate
        self.channels = config.channels
        self._stft = STFT(STFTConfig(config.window_samples, config.hop_samples))
        self.targets = nn.ModuleDict({stem: _target(config, stem) for stem in config.stems})

    def input_samples(self, chunk_samples: int) -> int:
        """Return the chunk's own length: the networks take any."""
        return chunk_samples

    def set_statistics(self, means: Tensor, deviations: Tensor) -> None:
        """Start from the training set's magnitudes, by which each network shifts and scales what it reads.

        Args:
            means: Mean magnitude of the training mixtures in each bin, shape (bins,).
            deviations: Their standard deviation, shape (bins,); less than 1e-4 of the largest counts as that.
        """
        floor = 1e-4 * deviations.max()
        with torch.no_grad():
            for name, weight in self.named_parameters():
                if name.endswith(".input_mean"):
                    weight.copy_(-means[: self.config.max_bin])
                elif name.endswith(".input_scale"):
                    weight.copy_(1 / deviations.clamp(min=floor)[: self.config.max_bin])

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate mixtures, with the mixture's phase.

        Args:
            mixture: Shape (batch, channels, samples), float32.

        Returns:
            Shape (batch, stems, channels, samples).

        Raises:
            MixtureError: Another shape.
        """
        check_batch(mixture, self.channels)
        return with_mixture_phase(self, mixture)

    def read_magnitudes(self, mixture: Tensor) -> list[Tensor]:
        """Return the magnitudes that `set_statistics` wants to know about, of (channels, samples): one tensor."""
        return [self.analyse(mixture).abs()]

    def analyse(self, mixture: Tensor) -> Tensor:
        """Return the spectrogram of (..., samples): complex, shape (..., bins, frames)."""
        return self._stft(mixture)

    def magnitudes(self, mixture_magnitude: Tensor) -> Tensor:
        """Map magnitudes (batch, channels, bins, frames) to the stems', (batch, stems, channels, bins, frames)."""
        return torch.cat([target.magnitudes(mixture_magnitude) for target in self._targets], dim=1)

    def synthesise(self, spectrogram: Tensor, samples: int) -> Tensor:
        """Return the sound of a spectrogram (..., bins, frames): shape (..., samples)."""
        return self._stft.inverse(spectrogram, samples)

    @property
    def _targets(self) -> list[UmxTarget]:
        return [cast(UmxTarget, target) for target in self.targets.values()]


def _target(config: UmxConfig, stem: str) -> UmxTarget:
    network = OpenUnmix(
        nb_bins=config.bins,
        nb_channels=config.channels,
        hidden_size=config.hidden_size,
        nb_layers=config.lstm_layers,
        unidirectional=not config.bidirectional,
        max_bin=config.max_bin,
    )
    transform = UmxArchitecture(
        n_fft=config.window_samples,
        hop=config.hop_samples,
        max_bin=config.max_bin,
        hidden_size=config.hidden_size,
        channels=config.channels,
    )
    return UmxTarget(stem, network, transform, config.sample_rate)
