"""A mild compressor and a limiter as on a master: one gain over time, the same for all stems.

The gain is read off the mixture and multiplied onto every stem, so the stems still add up to the mixture, which no
compressor on single stems would leave so. Both look ahead instead of recursing, which lets them run over all samples at
once. Ranges are ours.

Reference: Giannoulis, Massberg, Reiss, "Digital dynamic range compressor design: a tutorial and analysis", J. Audio
Eng. Soc. 60(6), 2012, https://www.aes.org/e-lib/browse.cfm?elib=16354
"""

from __future__ import annotations

from typing import Annotated

import torch
import torch.nn.functional as functional
from pydantic import Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from audio.stems import SAMPLE_RATE, Stems
from training.augment.augmentation import Augmentation
from training.augment.batches import batch_shape, mixture_of, sources_of, uniform
from training.parts import STRICT, check_range

_SMALLEST_POWER = 1e-10

Positive = Annotated[float, Field(gt=0.0)]


@dataclass(frozen=True, config=STRICT)
class Compressor(Augmentation):
    """Turns down what is louder than the item is on average; a mixture is turned down with the stems."""

    smallest_ratio: Annotated[float, Field(ge=1.0)] = 1.5
    largest_ratio: Annotated[float, Field(ge=1.0)] = 3.0
    """So many decibels above the threshold become one."""
    lowest_threshold_db: float = -3.0
    highest_threshold_db: float = 6.0
    """The threshold, relative to the power of the item's mixture."""
    window_seconds: Positive = 0.1
    """Length over which the level is averaged."""
    sample_rate: Annotated[int, Field(gt=0)] = SAMPLE_RATE

    def __post_init__(self) -> None:
        check_range(self.smallest_ratio, self.largest_ratio, "ratios")
        check_range(self.lowest_threshold_db, self.highest_threshold_db, "thresholds")

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return the batch with less contrast; see `Augmentation`."""
        items = batch_shape(sources_of(stems))[0]
        shape = (items, 1, 1)
        ratios = uniform(shape, self.smallest_ratio, self.largest_ratio, generator)
        thresholds_db = uniform(shape, self.lowest_threshold_db, self.highest_threshold_db, generator)
        power = mixture_of(stems).square().mean(dim=1, keepdim=True)
        level_db = _decibels(_moving_mean(power, _odd(self.window_seconds * self.sample_rate)))
        above_db = level_db - _decibels(power.mean(dim=-1, keepdim=True)) - thresholds_db.to(power)
        gains = 10 ** (above_db.clamp_min(0) * (1 / ratios.to(power) - 1) / 20)
        return {name: sound * gains for name, sound in stems.items()}


@dataclass(frozen=True, config=STRICT)
class Limiter(Augmentation):
    """Keeps the mixture below a ceiling that is lower than its peak; stems are turned down with it."""

    smallest_reduction_db: Annotated[float, Field(ge=0.0)] = 0.0
    largest_reduction_db: Annotated[float, Field(ge=0.0)] = 6.0
    """How far the ceiling lies below the peak of the item's mixture."""
    look_ahead_seconds: Positive = 0.005
    """How long before and after a peak the gain goes down and up."""
    sample_rate: Annotated[int, Field(gt=0)] = SAMPLE_RATE

    def __post_init__(self) -> None:
        check_range(self.smallest_reduction_db, self.largest_reduction_db, "reductions")

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return the batch with lower peaks; see `Augmentation`."""
        items = batch_shape(sources_of(stems))[0]
        reductions_db = uniform((items, 1, 1), self.smallest_reduction_db, self.largest_reduction_db, generator)
        peaks = mixture_of(stems).abs().amax(dim=1, keepdim=True)
        ceilings = peaks.amax(dim=-1, keepdim=True) * 10 ** (-reductions_db.to(peaks) / 20)
        needed = torch.where(peaks > ceilings, ceilings / peaks.clamp_min(_SMALLEST_POWER), 1.0)
        width = _odd(self.look_ahead_seconds * self.sample_rate)
        lowest = -functional.max_pool1d(-needed, width, stride=1, padding=width // 2)
        # A mean over minima that all hold the sample itself is never above what that sample needs.
        gains = torch.minimum(_moving_mean(lowest, width), needed)
        return {name: sound * gains for name, sound in stems.items()}


def _odd(samples: float) -> int:
    """Return the odd number at or above a length."""
    return 2 * int(samples / 2) + 1


def _decibels(power: Tensor) -> Tensor:
    return 10 * power.clamp_min(_SMALLEST_POWER).log10()


def _moving_mean(signal: Tensor, width: int) -> Tensor:
    """Return the mean over an odd number of samples around each, fewer at the ends."""
    reach, samples = width // 2, signal.shape[-1]
    # Differences of running sums take as long for wide means as for narrow ones; float32 would lose soft passages.
    sums = functional.pad(signal.double().cumsum(dim=-1), (1, 0))
    places = torch.arange(samples, device=signal.device)
    first, last = (places - reach).clamp_min(0), (places + reach + 1).clamp_max(samples)
    return ((sums[..., last] - sums[..., first]) / (last - first)).to(signal.dtype)
