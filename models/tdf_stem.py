"""One stem of KUIELab-MDX-Net from waveform to waveform: transform, network, inverse transform.

Every stem has its own length of the Fourier transform, so that the 2,048 lowest bins, which the network sees, reach
about as high as the stem does: 5.5 kHz for bass (16,384), 11 kHz for other (8,192), 14.7 kHz for vocals (6,144), 22 kHz
for drums (4,096). Above, the estimate is zero.

The network takes one length of chunk only, (frames - 1) hops. Half a transform at both ends of it is thrown away: the
engine gives real samples there, as the submissions did. Frames that reach beyond the chunk, into its mirror image, have
a small say in another half, where the window falls to zero.

Reference: Kim et al., "KUIELab-MDX-Net", 2021, https://arxiv.org/abs/2111.12203, section 2.1; behaviour as of
https://github.com/kuielab/mdx-net-submission, models.py at branch leaderboard_A.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from audio.stems import SAMPLE_RATE
from models.errors import MixtureError, SettingsError
from models.mixtures import CHANNELS
from transforms.stft import STFT, STFTConfig

HOP_SAMPLES = 1024


@runtime_checkable
class Core(Protocol):
    """A module that maps the mixture's spectrogram to a stem's: `models.tdf_unet`, or `models.onnx_core`."""

    @property
    def frames(self) -> int:
        """Number of frames that it takes."""
        ...

    @property
    def band_bins(self) -> int:
        """Number of frequencies that it takes."""
        ...

    def __call__(self, spectrum: Tensor) -> Tensor:
        """Map (batch, 4, band_bins, frames) to the same shape: real and imaginary part of each channel."""
        ...


class TDFStem(nn.Module):
    """A network of one stem.

    Args:
        stem: Its name.
        fft_samples: Length of the Fourier transform.
        core: Maps the spectrogram; also a module.

    Raises:
        SettingsError: The core sees more frequencies than the transform has, or its chunk holds nothing but context.
    """

    def __init__(self, stem: str, fft_samples: int, core: Core) -> None:
        super().__init__()
        self.stems = (stem,)
        self.sample_rate = SAMPLE_RATE
        self.channels = CHANNELS
        self.transform = STFT(STFTConfig(window_samples=fft_samples, hop_samples=HOP_SAMPLES))
        self.core = core
        self.chunk_samples = (core.frames - 1) * HOP_SAMPLES
        """Length that the network takes."""
        self.segment_samples = self.chunk_samples - fft_samples
        """Length in the middle of it that counts."""
        if core.band_bins > self.transform.config.bins or self.segment_samples < 1:
            raise SettingsError(
                f"The network of the stem '{stem}' must see at most {self.transform.config.bins} frequencies of more "
                f"than {fft_samples // HOP_SAMPLES + 1} frames, as its transform has {fft_samples} samples. "
                f"Got {core.band_bins} frequencies of {core.frames} frames."
            )

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples `forward` takes: always as many."""
        return self.chunk_samples

    def forward(self, mixture: Tensor) -> Tensor:
        """Estimate the stem.

        Args:
            mixture: Shape (batch, 2, chunk_samples), float32.

        Returns:
            Shape (batch, 1, 2, chunk_samples); `segment_samples` in the middle are to be used.

        Raises:
            MixtureError: Another shape.
        """
        if mixture.ndim != 3 or mixture.shape[1:] != (CHANNELS, self.chunk_samples):
            raise MixtureError(
                f"The chunk for the stem '{self.stems[0]}' must have the shape (batch, {CHANNELS}, "
                f"{self.chunk_samples}), the only length that its network takes. Got {tuple(mixture.shape)}."
            )
        return self.synthesise(self.core(self.analyse(mixture)))[:, None]

    def analyse(self, mixture: Tensor) -> Tensor:
        """Transform (batch, 2, chunk_samples) into what the core takes."""
        band = self.transform(mixture)[..., : self.core.band_bins, :]
        parts = torch.stack([band.real, band.imag], dim=2)
        return parts.flatten(1, 2)

    def synthesise(self, spectrum: Tensor) -> Tensor:
        """Transform what the core gives into (batch, 2, chunk_samples); frequencies above its band are zero."""
        parts = spectrum.float().unflatten(1, (CHANNELS, 2))
        band = torch.complex(parts[:, :, 0], parts[:, :, 1])
        missing = self.transform.config.bins - band.shape[-2]
        return self.transform.inverse(functional.pad(band, (0, 0, 0, missing)), self.chunk_samples)
