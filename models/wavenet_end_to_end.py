"""End-to-end WaveNet separator: dilated convolutions from the mixture's samples to those of the stems.

Four stacks of ten gated convolutions look at 8,185 samples (0.51 s at 16 kHz) around each one, and all of them add to
what two wide convolutions turn into the stems, one number for each sample. Nothing is quantised and nothing is
predicted from the past: a sample is estimated from both of its sides. The last stem is the mixture without the others.

It hears one channel: of a mixture with more, each on its own. The published code pads every convolution with zeros and
keeps the samples that the dilated ones do not see zeros for; its three further convolutions of width 3 do see them in
the outermost samples of a window. Here the sound around the chunk stands there, three samples more on each side.

normalisation: none; samples go in as they are, full scale being 1. Trained on windows of 9,785 samples, of which 1,601
come out, with the mean absolute error of each stem but the last; for the singing voice minus 0.05 times the error
against the accompaniment.

Reference: Lluis, Pons, Serra, "End-to-end music source separation: is it possible in the waveform domain?", 2018,
https://arxiv.org/abs/1810.12187; https://github.com/francesclluis/source-separation-wavenet
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.errors import MixtureError, SettingsError
from models.parts.batches import check_batch
from models.parts.config_checks import check_sizes, check_stems
from models.parts.cropping import middle
from models.parts.dilated_stacks import WIDTH, doubling_dilations, reach_of

_NAME = "The end-to-end WaveNet"
_SIZES = ("sample_rate", "channels", "width", "stacks", "units_per_stack")


@dataclass(frozen=True)
class WaveNetConfig:
    """Sizes and stems; the defaults are the published multi-instrument model."""

    estimated: tuple[str, ...] = ("vocals", "drums", "bass")
    """Stems that the network writes."""
    rest: str = "other"
    """Name of what they leave of the mixture."""
    sample_rate: int = 16000
    """In hertz."""
    channels: int = 1
    """Channels of a mixture, which the network hears one by one."""
    width: int = 64
    """Feature channels, and channels of what the units add up."""
    final_widths: tuple[int, int] = (2048, 256)
    """Channels of the two convolutions at the end."""
    stacks: int = 4
    """How often the dilations are repeated."""
    units_per_stack: int = 10
    """Dilations of a stack: 1, 2, 4, ..."""

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        check_stems(_NAME, self.stems)
        check_sizes(_NAME, self, _SIZES)
        if not self.estimated:
            raise SettingsError("The field 'estimated' of the end-to-end WaveNet must name a stem or more. Got none.")

    @property
    def stems(self) -> tuple[str, ...]:
        """All stems in the order of the output."""
        return (*self.estimated, self.rest)

    @property
    def dilations(self) -> tuple[int, ...]:
        """Distances of the taps, one for each unit."""
        return doubling_dilations(self.stacks, self.units_per_stack)

    @property
    def receptive_field_samples(self) -> int:
        """Samples that the dilated convolutions see around each one: the published figure."""
        return 2 * reach_of(self.dilations) + 1


MULTI_INSTRUMENT = WaveNetConfig()
SINGING_VOICE = WaveNetConfig(estimated=("vocals",), rest="accompaniment")
TINY = WaveNetConfig(width=8, final_widths=(16, 8), stacks=2, units_per_stack=4)


class _Unit(nn.Module):
    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.dilated = nn.Conv1d(width, 2 * width, WIDTH, dilation=dilation, bias=False)
        self.outputs = nn.Conv1d(width, 2 * width, 1, bias=False)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return what to add to the features, and what to add to the result."""
        content, gate = self.dilated(features).chunk(2, dim=1)
        residual, skip = self.outputs(torch.tanh(content) * torch.sigmoid(gate)).chunk(2, dim=1)
        return residual, skip


class EndToEndWaveNet(nn.Module):
    """The network; see the module for how it was trained.

    Args:
        config: What it is made of.
    """

    def __init__(self, config: WaveNetConfig = MULTI_INSTRUMENT) -> None:
        super().__init__()
        self.config = config
        self.stems = config.stems
        self.sample_rate = config.sample_rate
        self.channels = config.channels
        # The first convolution and the two at the end are WIDTH wide as well.
        self.reach_samples = reach_of(config.dilations, WIDTH, WIDTH, WIDTH)
        wide, narrow = config.final_widths
        self.first = nn.Conv1d(1, config.width, WIDTH, bias=False)
        self.units = nn.ModuleList(_Unit(config.width, dilation) for dilation in config.dilations)
        self.wide = nn.Conv1d(config.width, wide, WIDTH, bias=False)
        self.narrow = nn.Conv1d(wide, narrow, WIDTH, bias=False)
        self.outputs = nn.Conv1d(narrow, len(config.estimated), 1)
        for weight in self.parameters():
            # The start of the published code: uniform after Glorot, the bias zero.
            if weight.ndim > 1:
                nn.init.xavier_uniform_(weight)
            else:
                nn.init.zeros_(weight)

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples `forward` needs for a chunk, which stands in their middle."""
        return chunk_samples + 2 * self.reach_samples

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate a mixture with silence around it.

        Args:
            mixture: Shape (batch, channels, samples), float32; any length from 1.

        Returns:
            Shape (batch, stems, channels, samples); the stems sum to the mixture.

        Raises:
            MixtureError: Another shape.
        """
        check_batch(mixture, self.channels)
        return self.separate_middle(functional.pad(mixture, (self.reach_samples, self.reach_samples)))

    def separate_middle(self, padded: Tensor) -> Tensor:
        """Separate what has its context around it.

        Args:
            padded: Shape (batch, channels, samples + 2 x reach_samples).

        Returns:
            Shape (batch, stems, channels, samples): the stems in the middle.
        """
        samples = padded.shape[-1] - 2 * self.reach_samples
        mixture = middle(padded, samples)
        features = self.first(padded.flatten(0, 1)[:, None])
        # Two samples more, which the convolutions at the end use up.
        needed = samples + 2 * reach_of((), WIDTH, WIDTH)
        total = features.new_zeros(features.shape[0], self.config.width, needed)
        for unit in self.units:
            residual, skip = unit(features)
            total = total + middle(skip, needed)
            features = middle(features, residual.shape[-1]) + residual
        widened = functional.relu(self.wide(functional.relu(total)))
        estimates = self.outputs(self.narrow(widened)).unflatten(0, mixture.shape[:2]).transpose(1, 2)
        rest = mixture - estimates.sum(dim=1)
        return torch.cat([estimates, rest[:, None]], dim=1)


class WaveNetInContext(EndToEndWaveNet):
    """The same network, which leaves out of the work what is context only.

    A chunk's stems are those that `EndToEndWaveNet` gives in the middle of the same input.
    """

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate a chunk with its context.

        Args:
            mixture: Shape (batch, channels, input_samples(chunk)), float32.

        Returns:
            Shape (batch, stems, channels, samples), as long as the input: the chunk's stems in the middle, zeros at the
            outer context.

        Raises:
            MixtureError: Another shape, or no more samples than the context.
        """
        check_batch(mixture, self.channels)
        if mixture.shape[-1] <= 2 * self.reach_samples:
            raise MixtureError(
                f"A chunk with its context must have more samples than the context, {2 * self.reach_samples}. "
                f"Got {mixture.shape[-1]}. Ask `input_samples` how many it needs."
            )
        return functional.pad(self.separate_middle(mixture), (self.reach_samples, self.reach_samples))
