"""REPET: the accompaniment repeats with one period, the voice does not.

The period comes from the beat spectrum, the autocorrelation of the power spectrogram; the median over the periods of a
piece is what repeats, and what exceeds it is the voice. Reference: Rafii and Pardo, REpeating Pattern Extraction
Technique (REPET): a simple method for music/voice separation, IEEE TASLP 21(1), 2013,
https://doi.org/10.1109/TASL.2012.2213249: equation 1 (beat spectrum), algorithm 1 (period), equation 2 (median),
equations 3 and 4 (mask, `models.repeating_parts`).

Period and model are found anew in each piece of a song, as the paper does with songs whose accompaniment changes. The
period is found on both channels together, the median is each channel's own.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass
from scipy import fft

from models.mask_separator import LONGEST_PIECE_SECONDS, Magnitude, MaskSeparator, VoiceSettings
from models.repeating_parts import new_share
from models.validation import read_settings

if TYPE_CHECKING:
    from models.manifest import ModelEntry
    from models.registry import BuildOptions

TRUSTED_LAGS = 0.75
"""Share of the lags that is looked at: the longest ones compare few frames."""
FEWEST_PERIODS = 3
"""Periods that must fit into the trusted lags."""
PEAK_TOLERANCE_FRAMES = 2
"""How far a peak may lie beside a multiple of the period; delta of algorithm 1."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class RepetSettings(VoiceSettings):
    """What a plan may set; the range of periods is the authors'."""

    shortest_period_seconds: float = Field(default=0.8, gt=0.0, le=LONGEST_PIECE_SECONDS)
    """Shorter repetitions are not looked for."""
    longest_period_seconds: float = Field(default=8.0, gt=0.0, le=LONGEST_PIECE_SECONDS)
    """Nor longer ones, nor those that a piece does not hold four times."""

    @model_validator(mode="after")
    def _there_is_a_range(self) -> RepetSettings:
        if self.shortest_period_seconds > self.longest_period_seconds:
            raise ValueError(
                f"'shortest_period_seconds' must be at most 'longest_period_seconds', {self.longest_period_seconds}. "
                f"Got {self.shortest_period_seconds}."
            )
        return self


def beat_spectrum(magnitude: Magnitude) -> NDArray[np.floating]:
    """Return how alike a piece is to itself at each lag, 1 at none (equation 1); shape (frames,), float64.

    Args:
        magnitude: Shape (2, bins, frames).
    """
    power = np.mean(magnitude.astype(np.float64) ** 2, axis=0)
    frames = power.shape[-1]
    correlated = np.sum(np.abs(fft.rfft(power, n=fft.next_fast_len(2 * frames, real=True))) ** 2, axis=0)
    spectrum = fft.irfft(correlated, n=fft.next_fast_len(2 * frames, real=True))[:frames]
    spectrum /= np.arange(frames, 0, -1)
    return spectrum / spectrum[0] if spectrum[0] > 0.0 else spectrum


def repeating_period(spectrum: NDArray[np.floating], shortest_frames: int, longest_frames: int) -> int | None:
    """Find the period whose multiples are the clearest peaks of a beat spectrum (algorithm 1).

    Args:
        spectrum: As `beat_spectrum` gives it, shape (frames,).
        shortest_frames: The shortest period looked for.
        longest_frames: The longest one.

    Returns:
        The period in frames, or None where the shortest one does not fit into the spectrum three times.
    """
    lags = spectrum[1 : int(TRUSTED_LAGS * len(spectrum)) + 1]
    longest = min(longest_frames, len(lags) // FEWEST_PERIODS)
    periods = range(max(1, shortest_frames), longest + 1)
    return max(periods, key=lambda period: _peak_height(lags, period)) if periods else None


def _peak_height(lags: NDArray[np.floating], period: int) -> float:
    """Return how far the multiples of a period stand out of what surrounds them, on average.

    Args:
        lags: The beat spectrum from lag 1 on.
        period: In frames.
    """
    reach = 3 * period // 4
    height = 0.0
    for multiple in range(period, len(lags) + 1, period):
        place = multiple - 1
        start = max(0, place - reach)
        around = lags[start : place + reach + 1]
        peak = start + int(np.argmax(around))
        if abs(peak - place) <= PEAK_TOLERANCE_FRAMES:
            height += float(lags[peak] - around.mean())
    return height / (len(lags) // period)


def repeating_model(magnitude: Magnitude, period_frames: int) -> Magnitude:
    """Return the median over all periods of a piece, repeated to its length (equation 2).

    Args:
        magnitude: Shape (2, bins, frames).
        period_frames: At most the number of frames.
    """
    frames = magnitude.shape[-1]
    whole, rest = divmod(frames, period_frames)
    by_period = magnitude[..., : whole * period_frames].reshape(*magnitude.shape[:-1], whole, period_frames)
    # The places that the last, broken period reaches are heard once more than the others.
    begun = magnitude[..., whole * period_frames :][..., None, :]
    once_more = np.concatenate([by_period[..., :rest], begun], axis=-2)
    model = np.concatenate([np.median(once_more, axis=-2), np.median(by_period[..., rest:], axis=-2)], axis=-1)
    return np.tile(model, whole + 1)[..., :frames]


def voice_mask(magnitude: Magnitude, settings: RepetSettings) -> Magnitude:
    """Return the voice's share of each bin (2, bins, frames); none where a piece is too short to repeat."""
    shortest, longest = map(settings.frames, (settings.shortest_period_seconds, settings.longest_period_seconds))
    period = repeating_period(beat_spectrum(magnitude), shortest, longest)
    if period is None:
        return np.zeros_like(magnitude)
    return settings.above_lowest(new_share(magnitude, repeating_model(magnitude, period)))


def build(entry: ModelEntry, options: BuildOptions) -> MaskSeparator:
    """Build the separator; it has no weights, so of the options only the settings count.

    Raises:
        SettingsError: Unknown or unusable settings.
    """
    settings = read_settings(RepetSettings, options.settings, entry.name)
    return MaskSeparator(entry.stems, settings, partial(voice_mask, settings=settings))
