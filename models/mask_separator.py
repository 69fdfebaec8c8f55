"""One mask of the spectrum splits a song in two: what the classical methods for one stem and the rest share.

A method says how much of each bin belongs to its stem, from 0 to 1. The stem is the inverse of the masked spectrum, and
an accompaniment is the rest of the mixture, which is what the opposite mask would give: the two add up to the mixture
exactly. Each channel has a mask of its own; what concerns the song as a whole, such as its period, a method
measures on both channels together. Long songs go through in pieces.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from audio.stems import ACCOMPANIMENT, SAMPLE_RATE, Stems
from models.mixtures import check_mixture
from models.pieces import Pieces, Signal
from models.workload import Workload
from transforms.stft import STFT, STFTConfig

HOPS_PER_WINDOW = 4
LONGEST_PIECE_SECONDS = 120.0
HIGHEST_HZ = SAMPLE_RATE / 2

Magnitude: TypeAlias = NDArray[np.float32]
"""Magnitudes of an STFT, or a mask for it: shape (2, bins, frames)."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class MaskSettings:
    """What all these methods let a plan set."""

    piece_seconds: float = Field(default=30.0, ge=5.0, le=LONGEST_PIECE_SECONDS)
    """Length of song worked on at a time; memory grows with it. A last piece may be half as long again."""
    crossfade_seconds: float = Field(default=2.0, ge=0.1, le=2.5)
    """Overlap of two pieces."""
    window_samples: int = Field(default=4096, ge=256, le=1 << 17, multiple_of=4)
    """STFT window; its step is a quarter of it."""

    def frames(self, seconds: float) -> int:
        """Return how many frames of the STFT are nearest to a duration."""
        return round(seconds * SAMPLE_RATE * HOPS_PER_WINDOW / self.window_samples)

    def bins(self, hertz: float) -> int:
        """Return how many bins of the STFT are nearest to a width, which is also the bin nearest to a frequency."""
        return round(hertz * self.window_samples / SAMPLE_RATE)


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class VoiceSettings(MaskSettings):
    """What the methods that look for a voice let a plan set."""

    voice_lowest_hz: float = Field(default=100.0, ge=0.0, lt=HIGHEST_HZ)
    """Below this frequency nothing is voice; the 100 Hz of the papers of REPET."""

    def above_lowest(self, mask: Magnitude) -> Magnitude:
        """Return a voice's mask without the frequencies below the lowest."""
        heard = mask.copy()
        heard[:, : self.bins(self.voice_lowest_hz)] = 0.0
        return heard


class MaskSeparator:
    """A stem, alone or with the rest of the song; the same bytes for the same mixture.

    Args:
        stems: The stem that the mask is for; "accompaniment" after it where the rest is given too.
        settings: How songs are cut and analysed.
        mask_of: Turns magnitudes (2, bins, frames) into the stem's mask, same shape and type, 0 to 1.
    """

    def __init__(
        self, stems: tuple[str, ...], settings: MaskSettings, mask_of: Callable[[Magnitude], Magnitude]
    ) -> None:
        self.stems = stems
        self.sample_rate = SAMPLE_RATE
        self.settings = settings
        self._mask_of = mask_of
        self._stft = STFT(STFTConfig(settings.window_samples, settings.window_samples // HOPS_PER_WINDOW))
        piece_samples = round(settings.piece_seconds * SAMPLE_RATE)
        # A short last piece would hold too few repetitions.
        self._pieces = Pieces(piece_samples, round(settings.crossfade_seconds * SAMPLE_RATE), piece_samples // 2)

    def separate(self, mixture: Tensor) -> Stems:
        """Take the stem out of a mixture.

        Args:
            mixture: Shape (2, samples), float32, at `sample_rate`; left as it is.

        Returns:
            Stem name -> shape (2, samples), float32, on the mixture's device; stem and accompaniment add
            up to the mixture.

        Raises:
            MixtureError: The mixture is no finite stereo signal.
        """
        check_mixture(mixture)
        sound = mixture.detach().cpu().float().numpy()
        stem = self.stems[0]
        estimates = self._pieces.separate(sound, (stem,), lambda piece: {stem: self._masked(piece)})
        if ACCOMPANIMENT in self.stems:
            estimates[ACCOMPANIMENT] = sound - estimates[stem]
        return {name: torch.from_numpy(estimate).to(mixture.device) for name, estimate in estimates.items()}

    def workload(self) -> Workload:
        """Return the pieces that songs are cut into, for predictions of time and memory."""
        return self._pieces.workload()

    def _masked(self, piece: Signal) -> Signal:
        spectrum = self._stft(torch.from_numpy(piece))
        mask = torch.from_numpy(self._mask_of(spectrum.abs().numpy()))
        return self._stft.inverse(spectrum * mask, piece.shape[-1]).numpy()
