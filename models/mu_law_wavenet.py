"""Mu-law WaveNet separator: names, for each sample of the mixture, the class of each stem's sample.

The mixture goes in on mu-law's scale (`transforms.mu_law`), shifted and divided so that songs have about unit variance.
45 dilated convolutions look at 5,135 samples (0.32 s at 16 kHz) around each sample, both ways; all add to what two
convolutions of width one turn into 256 numbers for each stem, the logarithms of the classes' odds. The waveform is that
of the likeliest classes (there is none for silence, which becomes the smallest step); training wants the cross entropy
of `logits`, as nothing comes back through a choice.

Its author tried two kinds of units, gated as in WaveNet ("not easy to train") and rectified as in Facebook's music
translation ("very easy"), one head or one for each stem, and a form that writes the companded signal itself.

It hears one channel: of a mixture with more, each on its own. Dilations cut the sound short instead of padding it, as
the published code does in training; around the mixture stands silence. Weights that the published code has and never
uses, those of the last unit's residual, are left out.

normalisation: none; samples go in as they are, full scale being 1. Trained on 16,000 samples and the context around.

Reference: the code and notes of https://github.com/ShichengChen/Audio-Source-Separation (modelStructure/wavenet.py,
wavenet2.py, wavenet3.py, regwavenet.py); van den Oord et al., "WaveNet", 2016, https://arxiv.org/abs/1609.03499
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.errors import SettingsError
from models.parts.config_checks import check_odd, check_sizes, check_stems
from models.parts.dilated_stacks import GatedUnit, RectifiedUnit, SkipStack, doubling_dilations, reach_of
from models.parts.mu_law_classes import (
    PUBLISHED_SCALE,
    UNSHIFTED,
    ClassHeads,
    CompandedScale,
    companded_alone,
    likeliest_sound,
)
from transforms.mu_law import expand

UnitKind = Literal["gated", "relu", "leaky"]

_NAME = "The mu-law WaveNet"
_SIZES = ("sample_rate", "channels", "width", "skip_width", "stacks", "units_per_stack")
_SLOPE = 0.01


@dataclass(frozen=True)
class MuLawConfig:
    """Sizes and stems; the defaults are the published form with gated units and one head."""

    stems: tuple[str, ...] = ("accompaniment",)
    """Stems in the order of the output, one head each."""
    sample_rate: int = 16000
    """In hertz."""
    channels: int = 1
    """Channels of a mixture, which the network hears one by one."""
    units: UnitKind = "gated"
    """Gated, or rectified without (relu) or with (leaky) a slope below zero."""
    width: int = 128
    """Feature channels; the author's trainings with 256 got stuck."""
    skip_width: int = 512
    """Channels of what the units add up."""
    stacks: int = 5
    """How often the dilations are repeated."""
    units_per_stack: int = 9
    """Dilations of a stack: 1, 2, 4, ..."""
    first_kernel: int = 25
    """Taps of the first convolution, odd."""
    scale: CompandedScale = PUBLISHED_SCALE
    """How it hears the mixture."""

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        check_stems(_NAME, self.stems)
        check_sizes(_NAME, self, _SIZES)
        check_odd(_NAME, self, "first_kernel")
        if self.units not in get_args(UnitKind):
            raise SettingsError(
                f"{_NAME}'s 'units' must be one of {', '.join(get_args(UnitKind))}. Got '{self.units}'."
            )

    @property
    def dilations(self) -> tuple[int, ...]:
        """Distances of the taps, one for each unit."""
        return doubling_dilations(self.stacks, self.units_per_stack)

    @property
    def reach_samples(self) -> int:
        """How many samples on each side a sample is estimated from."""
        return reach_of(self.dilations, self.first_kernel)


@dataclass(frozen=True)
class RegressionConfig(MuLawConfig):
    """The same with the defaults of the published form that writes the companded signal."""

    units: UnitKind = "leaky"
    """As in `MuLawConfig`."""
    scale: CompandedScale = UNSHIFTED
    """It takes the companded mixture as it is."""


GATED = MuLawConfig()
RESIDUAL = MuLawConfig(units="leaky")
TWO_HEADS = MuLawConfig(units="relu", stems=("accompaniment", "vocals"))
REGRESSION = RegressionConfig()
TINY = MuLawConfig(stems=("accompaniment", "vocals"), width=8, skip_width=16, stacks=2, units_per_stack=4)
TINY_RESIDUAL = replace(TINY, units="leaky")
TINY_REGRESSION = RegressionConfig(TINY.stems, width=8, skip_width=16, stacks=2, units_per_stack=4)

_UNITS: dict[UnitKind, Callable[[int, int], nn.Module]] = {
    "gated": GatedUnit,
    "relu": lambda width, dilation: RectifiedUnit(width, dilation, slope=0.0),
    "leaky": lambda width, dilation: RectifiedUnit(width, dilation, slope=_SLOPE),
}


class _Separator(nn.Module):
    """From mixtures to the sum over all units: what both forms have in common."""

    def __init__(self, config: MuLawConfig) -> None:
        super().__init__()
        self.config = config
        self.stems = config.stems
        self.sample_rate = config.sample_rate
        self.channels = config.channels
        make_unit = _UNITS[config.units]
        self.first = nn.Conv1d(1, config.width, config.first_kernel)
        units = [make_unit(config.width, dilation) for dilation in config.dilations]
        self.stack = SkipStack(units, config.width, config.skip_width)

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples `forward` needs for a chunk, which stands in their middle."""
        return chunk_samples + 2 * self.config.reach_samples

    def _summed(self, mixture: Tensor) -> Tensor:
        """Map (batch, channels, samples) to (batch x channels, skip_width, samples)."""
        alone = companded_alone(mixture, self.channels, self.config.reach_samples, self.config.scale)
        return self.stack(self.first(alone), mixture.shape[-1])


class MuLawWaveNet(_Separator):
    """The network that names classes; see the module for how it was trained.

    Args:
        config: What it is made of.
    """

    def __init__(self, config: MuLawConfig = GATED) -> None:
        super().__init__(config)
        self.classes = ClassHeads(config.skip_width, config.scale.levels, config.stems)

    def logits(self, mixture: Tensor) -> Tensor:
        """Estimate how likely each class is, for training with a cross entropy.

        Args:
            mixture: Shape (batch, channels, samples), float32; any length from 1, with silence around it.

        Returns:
            Shape (batch, stems, levels, channels, samples): logarithms of odds.

        Raises:
            MixtureError: Another shape.
        """
        return self.classes(self._summed(mixture), tuple(mixture.shape[:2]))

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate (batch, channels, samples) into (batch, stems, channels, samples): the likeliest classes' sound."""
        return likeliest_sound(self.logits(mixture))


class RegressionWaveNet(_Separator):
    """The network that writes the stems on mu-law's scale, trained with the mean square of its error there.

    Args:
        config: What it is made of.
    """

    def __init__(self, config: RegressionConfig = REGRESSION) -> None:
        super().__init__(config)
        self.hidden = nn.Conv1d(config.skip_width, config.skip_width, 1)
        self.heads = nn.ModuleList(nn.Conv1d(config.skip_width, 1, 1) for _ in config.stems)

    def companded(self, mixture: Tensor) -> Tensor:
        """Estimate the stems on mu-law's scale, for training.

        Args:
            mixture: Shape (batch, channels, samples), float32; any length from 1, with silence around it.

        Returns:
            Shape (batch, stems, channels, samples), full scale being 1.

        Raises:
            MixtureError: Another shape.
        """
        hidden = torch.tanh(self.hidden(functional.leaky_relu(self._summed(mixture), _SLOPE)))
        stems = torch.cat([head(hidden) for head in self.heads], dim=1)
        return stems.unflatten(0, mixture.shape[:2]).transpose(1, 2)

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate (batch, channels, samples) into (batch, stems, channels, samples)."""
        return expand(self.companded(mixture), self.config.scale.levels)
