"""What a Demucs network of version 1 or 2 is made of.

Reference: Defossez, Usunier, Bottou, Bach, "Music Source Separation in the Waveform Domain", 2019 and 2021,
https://arxiv.org/abs/1911.13254, section 4
"""

from __future__ import annotations

from dataclasses import dataclass

from audio.stems import SAMPLE_RATE
from models.errors import SettingsError
from models.parts.config_checks import check_sizes, check_stems

_SIZES = ("audio_channels", "hidden_channels", "depth", "kernel_size", "stride", "growth", "context", "sample_rate")


@dataclass(frozen=True)
class DemucsV2Config:
    """What a Demucs network of version 1 or 2 is made of; the defaults are the published version 2."""

    sources: tuple[str, ...] = ("drums", "bass", "other", "vocals")
    """Stems in the order of the output."""
    audio_channels: int = 2
    """Channels of the mixture and of each stem."""
    hidden_channels: int = 64
    """Channels after the first layer: 64, 48 or 32."""
    depth: int = 6
    """Number of encoder layers, and of decoder layers."""
    kernel_size: int = 8
    """Taps of the strided convolutions."""
    stride: int = 4
    """Step of the strided convolutions."""
    growth: float = 2.0
    """Channels of a layer over those of the layer above."""
    rewrite: bool = True
    """Follow every encoder convolution, and precede every decoder one, by another convolution."""
    glu: bool = True
    """Gate the rewriting convolutions; False is a plain ReLU."""
    context: int = 3
    """Taps of the decoder's rewriting convolutions."""
    lstm_layers: int = 2
    """Layers of the LSTM; 0 leaves it out."""
    resample: bool = True
    """Work at twice the sample rate inside (version 2)."""
    normalize: bool = False
    """Normalise each input by its own level inside, on top of what the caller does; no published weights do."""
    level_floor: float = 1e-5
    """Added to the level that the input is divided by, which is 1 unless `normalize`; version 1 divides by nothing."""
    rescale: float = 0.1
    """Standard deviation that initial weights are drawn towards; 0 leaves torch's."""
    sample_rate: int = SAMPLE_RATE
    """In hertz."""

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        check_stems("Demucs", self.sources, called="sources")
        check_sizes("Demucs", self, _SIZES)
        for name in ("lstm_layers", "level_floor", "rescale"):
            if getattr(self, name) < 0:
                raise SettingsError(f"Demucs's '{name}' must not be negative. Got {getattr(self, name)}.")
        if self.stride > self.kernel_size:
            raise SettingsError(
                f"Demucs's 'stride' must be at most the kernel's size, {self.kernel_size}. Got {self.stride}."
            )


@dataclass(frozen=True)
class DemucsV1Config(DemucsV2Config):
    """The same network with the defaults of the published version 1."""

    hidden_channels: int = 100
    """Channels after the first layer: 100, or 64 in the "light" networks."""
    resample: bool = False
    """Version 1 works at the rate of the song."""
    level_floor: float = 0.0
    """Version 1 divides by nothing."""


DEMUCS_V2 = DemucsV2Config()
DEMUCS_V2_48 = DemucsV2Config(hidden_channels=48)
DEMUCS_V2_32 = DemucsV2Config(hidden_channels=32)
DEMUCS_V1 = DemucsV1Config()
TINY = DemucsV2Config(hidden_channels=8, depth=3, lstm_layers=1)
TINY_V1 = DemucsV1Config(hidden_channels=8, depth=3, lstm_layers=1)
