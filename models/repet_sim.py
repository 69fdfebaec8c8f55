"""REPET-SIM: the accompaniment is heard again somewhere, the voice is not; no period is needed.

For each frame the frames most like it are looked up, and their median is what repeats. Reference: Rafii and Pardo,
Music/voice separation using the similarity matrix, ISMIR 2012: equation 1 (similarity), equation 2 (median over the
similar frames), equations 3 and 4 (mask, `models.repeating_parts`). Similar frames are peaks of the similarity: no two
of them are nearer to each other than a set distance. A frame is always similar to itself.

A piece of a song is compared with itself alone, which bounds the matrix. Likeness is measured on both channels
together, the median is each channel's own. `classical` uses the same idea as one of its cues, on mel bands.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass
from scipy.ndimage import maximum_filter1d

from models.mask_separator import LONGEST_PIECE_SECONDS, Magnitude, MaskSeparator, VoiceSettings
from models.repeating_parts import new_share
from models.validation import read_settings

if TYPE_CHECKING:
    from models.manifest import ModelEntry
    from models.registry import BuildOptions


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class RepetSimSettings(VoiceSettings):
    """What a plan may set; the defaults are the paper's."""

    least_similarity: float = Field(default=0.0, ge=0.0, le=1.0)
    """Frames less alike than this are not similar."""
    distance_seconds: float = Field(default=1.0, ge=0.0, le=LONGEST_PIECE_SECONDS)
    """Shortest time between two frames that are similar to a third."""
    most_frames: int = Field(default=100, ge=1)
    """Most similar frames that the median is taken over."""


def similarity_matrix(magnitude: Magnitude) -> Magnitude:
    """Return the cosine of the angle between each two frames of (2, bins, frames), shape (frames, frames).

    Frames of silence are like none but themselves.
    """
    joined = magnitude.reshape(-1, magnitude.shape[-1])
    lengths = np.linalg.norm(joined, axis=0)
    unit = np.divide(joined, lengths, out=np.zeros_like(joined), where=lengths > 0.0)
    # Rounding would leave a frame a little less, or more, like itself than entirely.
    likeness = np.minimum(unit.T @ unit, 1.0)
    np.fill_diagonal(likeness, 1.0)
    return likeness


def similar_frames(likeness: NDArray[np.floating], settings: RepetSimSettings) -> list[NDArray[np.intp]]:
    """Return the frames most like a frame, best first.

    Args:
        likeness: Of the frame to every frame, one row for each frame, shape (rows, frames).
        settings: How many frames, how far apart and how much alike.
    """
    frames = likeness.shape[-1]
    distance = min(settings.frames(settings.distance_seconds), frames - 1)
    highest = maximum_filter1d(likeness, 2 * distance + 1, axis=-1, mode="nearest")
    peaks = (likeness == highest) & (likeness >= settings.least_similarity)
    found = []
    for row, is_peak in zip(likeness, peaks, strict=True):
        places = np.flatnonzero(is_peak)
        best_first = places[np.argsort(-row[places], kind="stable")]
        found.append(np.array([*islice(_apart(best_first, frames, distance), settings.most_frames)], dtype=np.intp))
    return found


def _apart(places: NDArray[np.intp], frames: int, distance: int) -> Iterator[int]:
    """Yield the places that are farther than a distance from all before them: frames that sound equal tie as peaks."""
    is_free = np.ones(frames, dtype=np.bool_)
    for place in places.tolist():
        if is_free[place]:
            yield place
            is_free[max(0, place - distance) : place + distance + 1] = False


def repeating_model(magnitude: Magnitude, settings: RepetSimSettings) -> Magnitude:
    """Return the median over the frames similar to each frame; shape (2, bins, frames), as the magnitudes."""
    frame_by_frame = np.ascontiguousarray(magnitude.transpose(2, 0, 1))
    similar = similar_frames(similarity_matrix(magnitude), settings)
    medians = [np.median(frame_by_frame[others], axis=0) for others in similar]
    return np.stack(medians, axis=-1)


def voice_mask(magnitude: Magnitude, settings: RepetSimSettings) -> Magnitude:
    """Return the voice's share of each bin (2, bins, frames)."""
    return settings.above_lowest(new_share(magnitude, repeating_model(magnitude, settings)))


def build(entry: ModelEntry, options: BuildOptions) -> MaskSeparator:
    """Build the separator; it has no weights, so of the options only the settings count.

    Raises:
        SettingsError: Unknown or unusable settings.
    """
    settings = read_settings(RepetSimSettings, options.settings, entry.name)
    return MaskSeparator(entry.stems, settings, partial(voice_mask, settings=settings))
