"""2DFT: what repeats in a spectrogram is a row of peaks in its two-dimensional Fourier transform.

Bins of that transform that tower over their neighbours along the axis of rates are the accompaniment, all others the
voice; both are transformed back, and each bin of the spectrogram goes to the louder one. Reference: Seetharaman,
Pishdadian and Pardo, Music/voice separation using the 2D Fourier transform, WASPAA 2017, sections 2 and 3: a peak is
the maximum of its neighbourhood and rises over its minimum by more than the standard deviation of all magnitudes.

Each channel is transformed alone, piece by piece of a song.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field, field_validator
from pydantic.dataclasses import dataclass
from scipy import fft
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from models.mask_separator import Magnitude, MaskSeparator, VoiceSettings
from models.validation import read_settings

if TYPE_CHECKING:
    from models.manifest import ModelEntry
    from models.registry import BuildOptions


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Fourier2dSettings(VoiceSettings):
    """What a plan may set; the neighbourhood is the authors'."""

    neighbourhood_rates: int = Field(default=25, ge=3)
    """Bins along the axis of rates that a peak is compared with, itself in their middle: an odd number."""

    @field_validator("neighbourhood_rates")
    @classmethod
    def _it_has_a_middle(cls, rates: int) -> int:
        # A one-sided neighbourhood finds other peaks at negative rates, and what repeats would be no real signal.
        if rates % 2 == 0:
            raise ValueError("must be an odd number")
        return rates


def periodic_peaks(magnitude_2d: NDArray[np.floating], neighbourhood_rates: int) -> NDArray[np.bool_]:
    """Tell which bins of a two-dimensional transform are peaks.

    Args:
        magnitude_2d: Shape (scales, rates); the axes are periodic.
        neighbourhood_rates: Size of the neighbourhood along the axis of rates, odd; all rates where there are fewer.
    """
    size = min(neighbourhood_rates, magnitude_2d.shape[-1] | 1)
    highest = maximum_filter1d(magnitude_2d, size, axis=-1, mode="wrap")
    lowest = minimum_filter1d(magnitude_2d, size, axis=-1, mode="wrap")
    return (magnitude_2d == highest) & (highest - lowest > magnitude_2d.std(dtype=np.float64))


def background_and_foreground(magnitude: NDArray[np.float32], neighbourhood_rates: int) -> tuple[Magnitude, Magnitude]:
    """Split one channel's magnitudes (bins, frames) into what repeats and what does not, each (bins, frames)."""
    transformed = fft.fft2(magnitude)
    repeating = np.where(periodic_peaks(np.abs(transformed), neighbourhood_rates), transformed, 0.0)
    return np.abs(fft.ifft2(repeating)), np.abs(fft.ifft2(transformed - repeating))


def voice_mask(magnitude: Magnitude, settings: Fourier2dSettings) -> Magnitude:
    """Return the voice's share of each bin (2, bins, frames): all or nothing."""
    mask = np.zeros_like(magnitude)
    for of_channel, channel in zip(mask, magnitude, strict=True):
        background, foreground = background_and_foreground(channel, settings.neighbourhood_rates)
        of_channel[foreground > background] = 1.0
    return settings.above_lowest(mask)


def build(entry: ModelEntry, options: BuildOptions) -> MaskSeparator:
    """Build the separator; it has no weights, so of the options only the settings count.

    Raises:
        SettingsError: Unknown or unusable settings.
    """
    settings = read_settings(Fourier2dSettings, options.settings, entry.name)
    return MaskSeparator(entry.stems, settings, partial(voice_mask, settings=settings))
