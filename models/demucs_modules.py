"""The hybrid Demucs networks of the `demucs` package as modules to train: HDemucs (version 3) and HTDemucs (version 4).

`models.demucs_family` runs published files, in evaluation only. Here are the two classes with frozen configs, the
attributes that a trainer reads, and the published sizes. The names of arguments are the package's.

References: Defossez, "Hybrid Spectrogram and Waveform Source Separation", 2021, https://arxiv.org/abs/2111.03600;
Rouard, Massa, Defossez, "Hybrid Transformers for Music Source Separation", 2022, https://arxiv.org/abs/2211.08553
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

from demucs.hdemucs import HDemucs
from demucs.htdemucs import HTDemucs
from torch import Tensor, nn

from audio.stems import SAMPLE_RATE
from models.errors import SettingsError
from models.parts.batches import check_batch
from models.parts.config_checks import check_sizes, check_stems

_SIZES = ("sample_rate", "audio_channels", "channels", "depth")
_NOT_ARGUMENTS = ("stems", "sample_rate", "arguments", "segment_seconds")


@dataclass(frozen=True)
class HybridConfig:
    """What both networks are made of; each subclass has the published sizes as defaults."""

    stems: tuple[str, ...] = ("drums", "bass", "other", "vocals")
    """In the order of the output."""
    sample_rate: int = SAMPLE_RATE
    """In hertz."""
    audio_channels: int = 2
    """Channels of the mixture and of each stem."""
    channels: int = 48
    """Feature channels of the first level; each level below has twice as many."""
    nfft: int = 4096
    """Length of a frame of the spectrogram branch."""
    depth: int = 6
    """Levels."""
    segment_seconds: str = "44"
    """Length of the chunks of training, as a fraction."""
    arguments: dict[str, Any] = field(default_factory=dict)
    """More arguments of the package's class, by its names."""

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        check_stems("A hybrid Demucs", self.stems)
        check_sizes("A hybrid Demucs", self, _SIZES)
        try:
            usable = self.segment > 0
        except (ValueError, ZeroDivisionError):
            usable = False
        if not usable:
            raise SettingsError(
                "A hybrid Demucs's 'segment_seconds' must be a number above 0 or a fraction such as 39/5. "
                f"Got '{self.segment_seconds}'."
            )

    @property
    def segment(self) -> Fraction:
        """Length of the chunks of training in seconds."""
        # By its digits: 7.8 in a recipe means 39/5, and not the nearest binary number, which is a sample shorter.
        return Fraction(str(self.segment_seconds))

    def keywords(self) -> dict[str, Any]:
        """Return the arguments of the package's class."""
        own = {name: value for name, value in asdict(self).items() if name not in _NOT_ARGUMENTS}
        return {**own, "samplerate": self.sample_rate, "segment": self.segment, **self.arguments}


@dataclass(frozen=True)
class HDemucsConfig(HybridConfig):
    """HDemucs; the defaults are the networks of `repro_mdx_a_hybrid_only` and `hdemucs_mmi`."""

    norm_starts: int = 4
    """First level with group normalisation."""
    dconv_attn: int = 4
    """First level with attention in its residual branches."""
    dconv_lstm: int = 4
    """First level with LSTMs in its residual branches."""


@dataclass(frozen=True)
class HTDemucsConfig(HybridConfig):
    """HTDemucs; the defaults are the network of `htdemucs`."""

    segment_seconds: str = "39/5"
    """Length of the chunks of training, as a fraction; evaluation always takes so much."""
    depth: int = 4
    """Levels."""
    dconv_mode: int = 3
    """Residual branches in the encoder (1), the decoder (2) or both (3)."""
    bottom_channels: int = 512
    """Width of the transformer; 0 is that of the lowest level."""
    t_layers: int = 5
    """Layers of the transformer."""
    t_heads: int = 8
    """Heads of its attention."""
    t_dropout: float = 0.0
    """Share of values dropped in the transformer in training (0.02 for the published weights)."""


HDEMUCS = HDemucsConfig()
HTDEMUCS = HTDemucsConfig()
TINY_HDEMUCS = HDemucsConfig(channels=4, segment_seconds="1")
TINY_HTDEMUCS = HTDemucsConfig(channels=8, bottom_channels=16, t_layers=3, t_heads=2, segment_seconds="1/2")


class HybridDemucs(nn.Module):
    """A network of the package with what a trainer and the engine read.

    Args:
        config: Which, and what it is made of.
    """

    def __init__(self, config: HDemucsConfig | HTDemucsConfig) -> None:
        super().__init__()
        self.config = config
        self.stems = config.stems
        self.sample_rate = config.sample_rate
        self.channels = config.audio_channels
        make = HTDemucs if isinstance(config, HTDemucsConfig) else HDemucs
        self.network = make(list(config.stems), **config.keywords())

    def input_samples(self, chunk_samples: int) -> int:
        """Return the length that the network takes: a transformer's segment, else the chunk's own.

        Raises:
            SettingsError: A chunk longer than the segment.
        """
        if not (isinstance(self.network, HTDemucs) and self.network.use_train_segment):
            return chunk_samples
        segment_samples = int(self.config.segment * self.sample_rate)
        if chunk_samples > segment_samples:
            raise SettingsError(
                f"A chunk for HTDemucs must be at most its segment of {segment_samples} samples. Got {chunk_samples}. "
                "Set 'segment_seconds' of its config to the length of the chunk, or take shorter chunks."
            )
        return segment_samples

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate a mixture.

        Args:
            mixture: Shape (batch, channels, samples), float32.

        Returns:
            Shape (batch, stems, channels, samples).

        Raises:
            MixtureError: Another shape.
        """
        check_batch(mixture, self.channels)
        stems: Tensor = self.network(mixture)
        if isinstance(self.network, HTDemucs):
            # In training the package takes the length of each chunk for the segment of all evaluation to come.
            self.network.segment = self.config.segment
        return stems
