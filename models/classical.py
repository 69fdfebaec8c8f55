"""A separator without weights: cues of the ear, typical levels of pop music, and least squared error.

The mixture is split by three cues (`models.classical_cues`) into twelve parts that add up to it; each part is shared
out among the stems in fixed proportions for each frequency (`models.classical_odds`); a Wiener step sharpens the result
(`models.classical_wiener`). At each step the masks sum to one, so the stems sum to the mixture. Long songs go through
in pieces that are cross-faded, which bounds the memory.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from audio.stems import SAMPLE_RATE, STEMS, Stems
from models.classical_cues import loudness, middle_cue, repetition_cue, steady_part
from models.classical_odds import NOVELTIES, PLACES, STEADINESS, expected_shares
from models.classical_spectra import Signal, Spectrum, analyse, synthesise
from models.classical_wiener import refine
from models.mixtures import check_mixture
from models.pieces import Pieces
from models.validation import read_settings
from models.workload import Workload

if TYPE_CHECKING:
    from models.manifest import ModelEntry
    from models.registry import BuildOptions

CELLS = tuple((place, novelty) for place in PLACES for novelty in NOVELTIES)
"""The cues that are measured in one STFT, taken together."""
WORKING_LEVEL = 0.1
"""Root mean square that every song is brought to, so that its loudness changes nothing."""
SHORTEST_SAMPLES = 2 * SAMPLE_RATE
"""Shorter songs are lengthened with silence: the cues need a few frames."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class ClassicalSettings:
    """What a plan may set. The defaults were chosen on made-up songs."""

    piece_seconds: float = Field(default=30.0, ge=5.0, le=120.0)
    """Length of song worked on at a time; memory grows with it."""
    crossfade_seconds: float = Field(default=2.0, ge=0.1, le=2.5)
    """Overlap of two pieces."""
    window_samples: int = Field(default=4096, ge=256, multiple_of=4)
    """STFT window in which the place and the repetition are measured and the parts shared out."""
    long_window_samples: int = Field(default=8192, ge=256, multiple_of=4)
    """STFT window that finds steady sound."""
    short_window_samples: int = Field(default=2048, ge=256, multiple_of=4)
    """STFT window that tells wavering from struck sound."""
    steady_seconds: float = Field(default=1.0, gt=0.0)
    """Median along time in the long window."""
    steady_hz: float = Field(default=120.0, gt=0.0)
    """Median along frequency in the long window."""
    wavering_seconds: float = Field(default=0.25, gt=0.0)
    """Median along time in the short window."""
    wavering_hz: float = Field(default=500.0, gt=0.0)
    """Median along frequency in the short window."""
    repetition_neighbours: int = Field(default=12, ge=1)
    """Frames that each frame is compared with."""
    repetition_gap_seconds: float = Field(default=1.0, ge=0.0)
    """Frames nearer than this do not count as a repetition."""
    repetition_highest_hz: float = Field(default=6000.0, gt=0.0)
    """Above this frequency the repetition is not measured."""
    wiener_smoothing_frames: int = Field(default=5, ge=1)
    """Frames that the stems' powers are averaged over before the Wiener step."""
    wiener_exponent: float = Field(default=0.75, ge=0.0, le=2.0)
    """The stems' powers are raised to it in the Wiener step; 0 leaves the step out."""
    cue_weight: float = Field(default=0.85, ge=0.0)
    """Trust in the cues: 0 uses only typical levels, 1 all that made-up songs taught; recordings are less clear cut."""


class ClassicalSeparator:
    """Four stems from cues and odds; the same bytes for the same mixture."""

    def __init__(self, settings: ClassicalSettings | None = None) -> None:
        self.stems: tuple[str, ...] = STEMS
        self.sample_rate = SAMPLE_RATE
        self.settings = settings or ClassicalSettings()
        fade_samples = round(self.settings.crossfade_seconds * SAMPLE_RATE)
        self._pieces = Pieces(round(self.settings.piece_seconds * SAMPLE_RATE), fade_samples, fade_samples)
        window_samples = self.settings.window_samples
        frequencies_hz = np.fft.rfftfreq(window_samples, 1.0 / SAMPLE_RATE)
        self._shares = {
            steadiness: expected_shares(
                frequencies_hz, tuple((steadiness, *cell) for cell in CELLS), self.settings.cue_weight
            )
            for steadiness in STEADINESS
        }

    def separate(self, mixture: Tensor) -> Stems:
        """Split a mixture into stems.

        Args:
            mixture: Shape (2, samples), float32, at `sample_rate`; left as it is.

        Returns:
            Stem name -> shape (2, samples), on the mixture's device; their sum is the mixture.

        Raises:
            MixtureError: The mixture is no finite stereo signal.
        """
        check_mixture(mixture)
        samples = mixture.shape[-1]
        sound = mixture.detach().cpu().numpy()
        level = math.sqrt(np.einsum("cs,cs->", sound, sound, dtype=np.float64) / sound.size)
        if level == 0.0:
            return {stem: torch.zeros_like(mixture, dtype=torch.float32) for stem in self.stems}
        gain = level / WORKING_LEVEL
        scaled = (sound / gain).astype(np.float32)
        padded = np.pad(scaled, ((0, 0), (0, max(0, SHORTEST_SAMPLES - samples))))
        stems = self._pieces.separate(padded, self.stems, self._separate_piece)
        for stem in stems.values():
            stem *= gain
        return {stem: torch.from_numpy(stems[stem][:, :samples]).contiguous().to(mixture.device) for stem in self.stems}

    def workload(self) -> Workload:
        """Return the pieces that songs are cut into, for predictions of time and memory."""
        return self._pieces.workload()

    def _separate_piece(self, signal: Signal) -> dict[str, Signal]:
        settings = self.settings
        spectrum = analyse(signal, settings.window_samples)
        stems = self._share_out(signal, self._cells(spectrum))
        if settings.wiener_exponent > 0.0:
            stems = refine(spectrum, stems, settings.wiener_smoothing_frames, settings.wiener_exponent)
        samples = signal.shape[-1]
        return {stem: synthesise(estimate, settings.window_samples, samples) for stem, estimate in stems.items()}

    def _cells(self, spectrum: Spectrum) -> Signal:
        """Return how far the cues of each of CELLS hold, shape (bins, cells, frames); the cells sum to one."""
        settings = self.settings
        middle = middle_cue(spectrum)
        repeated = repetition_cue(
            loudness(spectrum),
            settings.repetition_neighbours,
            settings.repetition_gap_seconds,
            settings.repetition_highest_hz,
        )
        cues = {"middle": middle, "sides": 1.0 - middle, "repeated": repeated, "new": 1.0 - repeated}
        return np.stack([cues[place] * cues[novelty] for place, novelty in CELLS], axis=1)

    def _share_out(self, signal: Signal, cells: Signal) -> dict[str, Spectrum]:
        """Return the first estimates, stem name -> STFT (2, bins, frames)."""
        stems: dict[str, Spectrum] = {}
        for steadiness, part in self._split_by_steadiness(signal).items():
            heard = analyse(part, self.settings.window_samples)
            for stem, shares in self._shares[steadiness].items():
                estimate = np.matmul(shares[:, None], cells)[:, 0] * heard
                if stem in stems:
                    stems[stem] += estimate
                else:
                    stems[stem] = estimate
        return stems

    def _split_by_steadiness(self, signal: Signal) -> dict[str, Signal]:
        settings = self.settings
        steady = steady_part(signal, settings.long_window_samples, settings.steady_seconds, settings.steady_hz)
        rest = signal - steady
        wavering = steady_part(rest, settings.short_window_samples, settings.wavering_seconds, settings.wavering_hz)
        return {"steady": steady, "wavering": wavering, "struck": rest - wavering}


def build(entry: ModelEntry, options: BuildOptions) -> ClassicalSeparator:
    """Build the separator; it has no weights, so of the options only the settings count.

    Raises:
        SettingsError: Unknown or unusable settings.
    """
    return ClassicalSeparator(read_settings(ClassicalSettings, options.settings, entry.name))
