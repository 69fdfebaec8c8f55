"""Harmonic/percussive separation: tones last and are narrow, strokes are short and broad.

In a spectrogram the one are horizontal lines, the other vertical ones. Medians along time keep the first, medians along
frequency the second; a soft mask of their squares splits the sound. References: FitzGerald, Harmonic/percussive
separation using median filtering, DAFx 2010 (medians and the soft mask); Driedger, Müller and Disch, Extending
harmonic-percussive separation of audio signals, ISMIR 2014 (the factor that a stroke must exceed a tone by).

No stem is called harmonic, and an accompaniment is that of a voice: the percussive part is given as drums, and the
harmonic part is what the drums leave of the mixture, the voice included (`mdx separate --two-stems drums` writes both).
Each channel has its own medians.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from models.classical_cues import running_median
from models.mask_separator import HIGHEST_HZ, LONGEST_PIECE_SECONDS, Magnitude, MaskSeparator, MaskSettings
from models.validation import read_settings

if TYPE_CHECKING:
    from models.manifest import ModelEntry
    from models.registry import BuildOptions


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class HpssSettings(MaskSettings):
    """What a plan may set; the medians are near FitzGerald's 17 frames and bins of a window of 4,096 samples."""

    harmonic_seconds: float = Field(default=0.4, gt=0.0, le=LONGEST_PIECE_SECONDS)
    """Length of the median along time."""
    percussive_hz: float = Field(default=190.0, gt=0.0, le=HIGHEST_HZ)
    """Length of the median along frequency."""
    percussive_margin: float = Field(default=1.0, ge=1.0, le=1000.0)
    """How many times louder than a tone a stroke must be for a share of one half; Driedger's beta."""


def harmonic_and_percussive(magnitude: Magnitude, settings: HpssSettings) -> tuple[Magnitude, Magnitude]:
    """Return the medians along time and along frequency of (2, bins, frames), each of that shape."""
    channels, bins, frames = magnitude.shape
    rows = magnitude.reshape(channels * bins, frames)
    columns = np.ascontiguousarray(magnitude.transpose(0, 2, 1)).reshape(channels * frames, bins)
    harmonic = running_median(rows, settings.frames(settings.harmonic_seconds))
    percussive = running_median(columns, settings.bins(settings.percussive_hz))
    return harmonic.reshape(magnitude.shape), percussive.reshape(channels, frames, bins).transpose(0, 2, 1)


def drum_mask(magnitude: Magnitude, settings: HpssSettings) -> Magnitude:
    """Return the strokes' share of each bin (2, bins, frames), and 0 in silence."""
    harmonic, percussive = harmonic_and_percussive(magnitude, settings)
    stroke, tone = percussive**2, (settings.percussive_margin * harmonic) ** 2
    total = stroke + tone
    return np.divide(stroke, total, out=np.zeros_like(magnitude), where=total > 0.0)


def build(entry: ModelEntry, options: BuildOptions) -> MaskSeparator:
    """Build the separator; it has no weights, so of the options only the settings count.

    Raises:
        SettingsError: Unknown or unusable settings.
    """
    settings = read_settings(HpssSettings, options.settings, entry.name)
    return MaskSeparator(entry.stems, settings, partial(drum_mask, settings=settings))
