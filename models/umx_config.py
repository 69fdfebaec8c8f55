"""What the networks of Open-Unmix and of X-UMX are made of: the two differ in how the stems are joined only.

Reference: Stöter, Uhlich, Liutkus, Mitsufuji, "Open-Unmix - A Reference Implementation for Music Source Separation",
JOSS 4(41), 2019, https://doi.org/10.21105/joss.01667
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from audio.stems import SAMPLE_RATE
from models.errors import SettingsError
from models.parts.config_checks import check_sizes, check_stems

_SIZES = ("sample_rate", "channels", "window_samples", "hop_samples", "hidden_size", "lstm_layers")


@dataclass(frozen=True)
class UmxConfig:
    """What the networks are made of; the defaults are those of `umxhq`."""

    network_name: ClassVar[str] = "Open-Unmix"
    """What messages call it."""

    stems: tuple[str, ...] = ("vocals", "drums", "bass", "other")
    """Stems in the order of the output."""
    sample_rate: int = SAMPLE_RATE
    """In hertz."""
    channels: int = 2
    """Channels of the mixture and of each stem, which the network sees together."""
    window_samples: int = 4096
    """Length of a frame of the STFT."""
    hop_samples: int = 1024
    """Step of the STFT."""
    max_bin: int = 1487
    """Number of frequency bins that the network reads; 1487 end at 16 kHz."""
    hidden_size: int = 512
    """Width of the encoders, of both directions of an LSTM together, and of the decoders' middle; even."""
    lstm_layers: int = 3
    """Layers of each LSTM."""
    bidirectional: bool = True
    """Let the LSTMs read in both directions, with half the width each."""

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        name = self.network_name
        check_stems(name, self.stems)
        check_sizes(name, self, _SIZES)
        if self.hidden_size % 2:
            raise SettingsError(f"{name}'s 'hidden_size' must be even. Got {self.hidden_size}.")
        if not 1 <= self.max_bin <= self.bins:
            raise SettingsError(f"{name}'s 'max_bin' must be from 1 to the {self.bins} bins. Got {self.max_bin}.")

    @property
    def bins(self) -> int:
        """Number of frequency bins of the spectrograms."""
        return self.window_samples // 2 + 1
