"""A mild equaliser: low shelf, bell and high shelf, for all stems alike as on a master, or for each stem by itself.

A filter is linear, so stems through one filter add up to the filtered mixture. Ranges are ours: what mastering
engineers do to a finished mix is a few decibels, what mixing engineers do to a voice or an instrument is more.
"""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from audio.stems import SAMPLE_RATE, Stems
from training.augment.augmentation import Augmentation
from training.augment.batches import batch_shape, resummed, sources_of, uniform
from training.augment.filtering import filtered
from training.biquads import biquad
from training.parts import STRICT

_TAIL_SECONDS = 0.25


@dataclass(frozen=True, config=STRICT)
class Equaliser(Augmentation):
    """Three bands with gains of their own for each item; a mixture is filtered as the stems are."""

    largest_gain_db: Annotated[float, Field(ge=0.0, le=24.0)] = 3.0
    """Each band's gain lies between minus and plus this."""
    low_shelf_hz: Annotated[float, Field(gt=0.0)] = 120.0
    bell_lowest_hz: Annotated[float, Field(gt=0.0)] = 300.0
    bell_highest_hz: Annotated[float, Field(gt=0.0)] = 4000.0
    """The bell lies anywhere between, equally likely in each octave."""
    bell_quality: Annotated[float, Field(gt=0.0)] = 0.8
    high_shelf_hz: Annotated[float, Field(gt=0.0)] = 8000.0
    sample_rate: Annotated[int, Field(gt=0)] = SAMPLE_RATE

    def __post_init__(self) -> None:
        nyquist_hz = self.sample_rate / 2
        if not self.bell_lowest_hz <= self.bell_highest_hz < nyquist_hz or self.high_shelf_hz >= nyquist_hz:
            raise ValueError(
                f"The bands must lie in order and below half the sample rate, {nyquist_hz} Hz. Got a bell from "
                f"{self.bell_lowest_hz} to {self.bell_highest_hz} Hz and a shelf at {self.high_shelf_hz} Hz."
            )

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return the batch with other tone colours; see `Augmentation`."""
        return self._equalised(stems, batch_shape(sources_of(stems))[0], generator)

    def _equalised(self, sounds: Stems, items: int, generator: torch.Generator) -> Stems:
        """Draw a curve for each item, and give it to all its sounds."""
        gains_db = uniform((3, items), -self.largest_gain_db, self.largest_gain_db, generator).double().numpy()
        octaves = math.log2(self.bell_highest_hz / self.bell_lowest_hz)
        bell_hz = self.bell_lowest_hz * 2 ** uniform((items,), 0.0, octaves, generator).double().numpy()
        radians = 2 * math.pi / self.sample_rate
        filters = (
            biquad("low_shelf", radians * self.low_shelf_hz, gains_db[0]),
            biquad("peak", radians * bell_hz, gains_db[1], self.bell_quality),
            biquad("high_shelf", radians * self.high_shelf_hz, gains_db[2]),
        )

        def response(size: int) -> Tensor:
            return torch.stack([frequency_response(band, size) for band in filters]).prod(dim=0).unsqueeze(1)

        return filtered(sounds, response, round(_TAIL_SECONDS * self.sample_rate))


@dataclass(frozen=True, config=STRICT)
class StemEqualiser(Equaliser):
    """The same with gains of their own for each stem; a mixture is summed again."""

    largest_gain_db: Annotated[float, Field(ge=0.0, le=24.0)] = 6.0

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return the batch with other tone colours; see `Augmentation`."""
        sources = sources_of(stems)
        items = batch_shape(sources)[0]
        after = {stem: self._equalised({stem: sound}, items, generator)[stem] for stem, sound in sources.items()}
        return resummed(stems, after, torch.ones(items, dtype=torch.bool))


def frequency_response(sections: NDArray[np.float64], size: int) -> Tensor:
    """Return the response of filters (..., 6) at the bins of a transform of some samples, (..., size // 2 + 1)."""
    numerator, denominator = torch.from_numpy(sections).split(3, dim=-1)
    return torch.fft.rfft(numerator, n=size) / torch.fft.rfft(denominator, n=size)
